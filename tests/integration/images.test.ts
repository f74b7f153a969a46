/** Nodes of other bitcoinds than Debian's, in one network with it. */
import { randomBytes } from "node:crypto";
import { readdir, rm } from "node:fs/promises";
import path from "node:path";
import { buffer } from "node:stream/consumers";

import type Docker from "dockerode";
import { extract } from "tar-stream";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { execIn } from "../../engine/exec.ts";
import { connectEngine } from "../../engine/client.ts";
import { labelFilter } from "../../engine/labels.ts";
import { cachePaths } from "../../base/files/paths.ts";
import { cloneNetwork } from "../../testing/index.ts";
import { nothing } from "../helpers/declared.ts";
import { sharedNodeImage } from "../helpers/node-image.ts";
import {
  archiveOf,
  checksumLine,
  type ReleaseServer,
  serveRelease,
} from "../helpers/release-server.ts";
import { ProjectStack } from "../helpers/stack.ts";

/** No release has it: what is served as such here is Debian's. */
const version = `99.${randomBytes(1)[0] ?? 0}`;
const unserved = "98.0";
const falsified = "97.0";
/** On the end of the other image's bitcoind, by which it is known. */
const mark = "not Debian's";

const docker = await connectEngine();
const name = `test-${randomBytes(4).toString("hex")}`;
const external = `${name}-external:1`;
const withoutBitcoind = `${name}-empty:1`;
const testLabel = { "regtest-network.test": name };

let server: ReleaseServer;

beforeAll(async () => {
  const node = await sharedNodeImage();
  await makeExternal(node);
  await makeEmpty();
  const platform = process.arch === "arm64" ? "aarch64" : "x86_64";
  const files: Record<string, Buffer> = {};
  for (const program of ["bitcoind", "bitcoin-cli"]) {
    files[`bitcoin-${version}/bin/${program}`] = await fileOf(node, `/usr/bin/${program}`);
  }
  const archive = await archiveOf(files);
  const archiveName = (version: string): string =>
    `bitcoin-${version}-${platform}-linux-gnu.tar.gz`;
  server = await serveRelease({
    [`bitcoin-core-${version}/SHA256SUMS`]: checksumLine(archive, archiveName(version)),
    [`bitcoin-core-${version}/${archiveName(version)}`]: archive,
    [`bitcoin-core-${falsified}/SHA256SUMS`]: checksumLine(
      Buffer.from("something else"),
      archiveName(falsified),
    ),
    [`bitcoin-core-${falsified}/${archiveName(falsified)}`]: archive,
  });
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  for (const { Id } of await docker.listImages({ filters: labelFilter(testLabel) })) {
    await docker.getImage(Id).remove({ force: true });
  }
  const { root } = cachePaths();
  for (const folder of await readdir(path.join(root, "core"))) {
    if (folder.startsWith(version)) await rm(path.join(root, "core", folder), { recursive: true });
  }
});

/** An image with bitcoind at a place of its own, a VOLUME on the datadir, and a user and an entry point that do not fit. */
async function makeExternal(nodeImage: string): Promise<void> {
  const script = [
    "busybox mkdir -p /opt/bitcoin",
    "busybox mv /usr/bin/bitcoind /usr/bin/bitcoin-cli /opt/bitcoin/",
    `busybox printf %s "${mark}" >> /opt/bitcoin/bitcoind`,
  ].join(" && ");
  await commitAfter(nodeImage, script, external, {
    Volumes: { "/home/bitcoin/.bitcoin": {} },
    User: "nobody-here",
    Entrypoint: ["/bin/false"],
    Env: ["PATH=/opt/bitcoin", "HOME=/nowhere"],
  });
}

async function makeEmpty(): Promise<void> {
  await commitAfter(process.env["REGTEST_BASE_IMAGE"] ?? "", "true", withoutBitcoind, {});
}

async function commitAfter(
  image: string,
  script: string,
  reference: string,
  config: object,
): Promise<void> {
  const container = await docker.createContainer({
    Image: image,
    User: "0",
    Entrypoint: ["/bin/sh", "-c", script],
    Labels: testLabel,
  });
  try {
    await container.start();
    expect(await container.wait()).toMatchObject({ StatusCode: 0 });
    const [repo = "", tag = ""] = reference.split(":");
    const labels = { Labels: { ...testLabel, "regtest-network.kind": "" } };
    await container.commit({
      _query: { container: container.id, repo, tag },
      _body: { ...config, ...labels },
    });
  } finally {
    await container.remove({ force: true });
  }
}

async function fileOf(image: string, file: string): Promise<Buffer> {
  const container = await docker.createContainer({ Image: image, Labels: testLabel });
  try {
    const archive = (await container.getArchive({ path: file })).pipe(extract());
    for await (const entry of archive) return await buffer(entry);
    throw new Error(`${image} has no ${file}`);
  } finally {
    await container.remove({ force: true });
  }
}

/** The last bytes of a node's bitcoind. */
async function endOf(container: Docker.Container): Promise<string> {
  const { output } = await execIn(container, [
    "busybox",
    "tail",
    "-c",
    String(mark.length),
    "/usr/bin/bitcoind",
  ]);
  return output;
}

describe("a network with three kinds of bitcoind", () => {
  let stack: ProjectStack;
  let nodes: object[];
  beforeAll(async () => {
    nodes = [
      { name: "alice", image: { external } },
      { name: "bob", image: { core: version } },
      { name: "miner", role: "miner" },
    ];
    stack = await ProjectStack.create({
      nodes: JSON.stringify(nodes),
      coreDownloadBase: server.base.href,
    });
    await stack.up();
  });
  afterAll(async () => {
    await stack[Symbol.asyncDispose]();
  });

  it("comes up with one chain, each node with its own", async () => {
    for (const node of ["alice", "bob", "miner"]) {
      expect(await stack.ask(node, "getblockcount")).toBe("107");
    }
    expect(await endOf(stack.container("alice"))).toBe(mark);
    expect(await endOf(stack.container("miner"))).not.toBe(mark);
    const images = await Promise.all(
      ["alice", "bob", "miner"].map(async (node) => (await stack.container(node).inspect()).Image),
    );
    expect(new Set(images).size).toBe(3);
    const { images: named } = await stack.footprint();
    expect(named).toContainEqual(expect.stringContaining(`-core:${version}-`));
  });

  it("has no volume of an image's own, and its snapshot holds the chain of every node", async () => {
    const { Mounts, Image } = await stack.container("alice").inspect();
    expect(Mounts.map(({ Destination }) => Destination)).toEqual([
      "/home/bitcoin/.bitcoin/regtest",
    ]);
    const { Config } = await docker.getImage(Image).inspect();
    expect(Object.keys((Config.Volumes as object | null) ?? {})).toEqual([]);
    await using restored = await cloneNetwork({ snapshot: stack.prefix + stack.name });
    const { rpc, wallet, containerId } = restored.alice;
    expect(await rpc.call("getblockcount")).toBe(107);
    expect(await wallet.call("getbalance")).toBe(30);
    expect(await endOf(docker.getContainer(containerId))).toBe(mark);
  });

  it("fetches a release once, and changes nothing the second time", async () => {
    const requests = server.requests.length;
    expect(requests).toBe(2);
    await stack.expectNoChanges();
    expect(server.requests).toHaveLength(requests);
  });

  it(
    "lets another node of a kind that is there be added without touching the others",
    { tags: ["long"] },
    async () => {
      const before = await stack.container("bob").inspect();
      const more = [...nodes, { name: "carol", image: { core: version } }];
      await stack.configure({ nodes: JSON.stringify(more) });
      expect(await stack.up()).toMatchObject({ create: 3, update: 3 });
      expect((await stack.container("bob").inspect()).Id).toBe(before.Id);
      expect(await stack.ask("carol", "getblockcount")).toBe("107");
    },
  );

  it("lets a node change its bitcoind under the running chain", { tags: ["long"] }, async () => {
    const address = await stack.ask("alice", "getnewaddress");
    await stack.ask("alice", "generatetoaddress", "3", address);
    const tip = await stack.ask("alice", "getbestblockhash");
    const changed = [{ name: "alice" }, ...nodes.slice(1)];
    await stack.configure({ nodes: JSON.stringify(changed) });
    expect(await stack.up()).toMatchObject({ replace: 1 });
    expect(await endOf(stack.container("alice"))).not.toBe(mark);
    expect(await stack.ask("alice", "getbestblockhash")).toBe(tip);
    expect(await stack.ask("alice", "getreceivedbyaddress", address)).toBe("0.00000000");
    expect(JSON.parse(await stack.ask("alice", "getbalances"))).toMatchObject({
      mine: { trusted: 30, immature: 150 },
    });
    expect(Object.keys(await stack.up())).toEqual(["same"]);
  });

  it("leaves nothing behind but what it was made of", async () => {
    await stack.destroy();
    expect(await stack.footprint()).toEqual(nothing);
    expect((await docker.getImage(external).inspect()).RepoTags).toEqual([external]);
  });
});

describe("a bitcoind that cannot be had", () => {
  let stack: ProjectStack;
  beforeAll(async () => {
    stack = await ProjectStack.create({ coreDownloadBase: server.base.href });
  });
  afterAll(async () => {
    await stack[Symbol.asyncDispose]();
  });

  async function refused(image: object): Promise<string> {
    const nodes = [
      { name: "alice", image },
      { name: "miner", role: "miner" },
    ];
    await stack.configure({ nodes: JSON.stringify(nodes) });
    return await stack.upFails();
  }

  it("is told when there is no such release, and nothing is made", async () => {
    expect(await refused({ core: unserved })).toContain(
      `nodes[0].image.core: Bitcoin Core "${unserved}" is not available: ${server.base.href}bitcoin-core-${unserved}/SHA256SUMS answers HTTP 404`,
    );
    expect(await stack.footprint()).toEqual(nothing);
  });

  it("is told when its checksum is wrong, and nothing is made or kept", async () => {
    expect(await refused({ core: falsified })).toMatch(
      /nodes\[0\]\.image\.core: Bitcoin Core "97\.0" is not available: \S+ has the sha256 [0-9a-f]{64}, but \S+SHA256SUMS says [0-9a-f]{64}/,
    );
    expect(await stack.footprint()).toEqual(nothing);
    const requests = server.requests.length;
    await stack.upFails();
    expect(server.requests.length).toBeGreaterThan(requests);
  });

  it(
    "is told when the image has none, or is not there, and no node is made",
    { tags: ["long"] },
    async () => {
      expect(await refused({ external: withoutBitcoind })).toContain(
        "There is no bitcoind on the PATH of this image",
      );
      expect((await stack.footprint()).containers).toEqual([]);
      expect(await refused({ external: `${name}.invalid/none:1` })).toContain(`${name}.invalid`);
      expect((await stack.footprint()).containers).toEqual([]);
    },
  );
});
