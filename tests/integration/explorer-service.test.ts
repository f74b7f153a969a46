/** The explorer as a service: of a stack, of a stack from its snapshot, and of a clone. */
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import path from "node:path";

import type Docker from "dockerode";
import { execa } from "execa";
import { request } from "undici";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { connectEngine } from "../../engine/client.ts";
import { execIn } from "../../engine/exec.ts";
import { packageFolder } from "../../base/files/paths.ts";
import { findSnapshot } from "../../bootstrap/snapshots/find.ts";
import { networkOf } from "../../bootstrap/snapshots/network-of-snapshot.ts";
import { cloneNetwork, prepareSnapshot, type TestNetwork } from "../../testing/index.ts";
import { cliSucceeds } from "../helpers/cli.ts";
import { nothing } from "../helpers/declared.ts";
import { ElectrumLines } from "../helpers/electrum-lines.ts";
import { textOf } from "../helpers/http.ts";
import { removeSnapshot, sharedKitSnapshot } from "../helpers/kit-snapshot.ts";
import { looseVolumes, noMoreLooseVolumes } from "../helpers/left-over.ts";
import { ownPorts } from "../helpers/run.ts";
import { ask, shop, shopBase } from "../helpers/shop.ts";
import { ProjectStack } from "../helpers/stack.ts";
import { story } from "../helpers/story.ts";
import { type TempFolder, tempFolder } from "../helpers/temp-folder.ts";

interface Urls {
  readonly http: string;
  readonly electrum: string;
}

const heightOf = (header: unknown): number => (header as { readonly height: number }).height;

const tipHeight = "/blocks/tip/height";

let docker: Docker;
let loose: Set<string>;
beforeAll(async () => {
  docker = await connectEngine();
  loose = await looseVolumes(docker);
});
afterAll(async () => {
  await noMoreLooseVolumes(docker, loose);
});

describe("its program", () => {
  let network: TestNetwork;
  let folder: TempFolder;
  beforeAll(async () => {
    folder = await tempFolder();
    network = await cloneNetwork({ snapshot: (await sharedKitSnapshot()).name });
  });
  afterAll(async () => {
    await network.dispose();
    await folder[Symbol.asyncDispose]();
  });

  /** Outside of a container, on the clone's alice. */
  const start = async (
    more: readonly string[],
    { password = network.alice.password, url = network.alice.url } = {},
  ) => {
    const credentials = path.join(folder.path, "credentials");
    await writeFile(credentials, `${network.alice.user}:${password}`);
    const given = [`--node=${url}`, `--credentials=${credentials}`, "--name=explorer", ...more];
    const main = path.join(packageFolder, "explorer/main.ts");
    return { run: execa("node", [main, ...given], { reject: false, all: true }) };
  };

  it("ends with a message where the chain is beyond its limits, or the password is wrong", async () => {
    const limited = await start(["--transactions=10"]);
    expect(await limited.run).toMatchObject({
      exitCode: 1,
      all: expect.stringMatching(
        /\nthe explorer's index would hold more than 10 transactions at height \d+; raise its limits, or reset the network$/,
      ) as unknown,
    });
    const refused = await (await start([], { password: "other-password" })).run;
    expect(refused.exitCode).toBe(1);
    expect(refused.all).toContain("does not accept the password");
    expect(refused.all).not.toContain("other-password");
  });

  it("waits for a node whose name does not resolve, until it is told to end", async () => {
    const { run } = await start([], { url: "http://nobody.invalid:18332" });
    const [said] = (await once(run.stdout, "data")) as [Buffer];
    run.kill("SIGTERM");
    expect(await run).toMatchObject({ exitCode: 0, all: String(said).trimEnd() });
    expect(String(said)).toBe("reads the chain of http://nobody.invalid:18332\n");
  });
});

describe("of a stack", () => {
  let stack: ProjectStack;
  let urls: Urls;
  let http: number;
  const { test } = story();
  beforeAll(async () => {
    [http = 0] = await ownPorts(1);
    // A wallet's server, say.
    const client = shop(await shopBase(docker), "", {
      command: ["perl", "/shop.pl", "{{alice.rpc}}"],
      follows: ["explorer"],
    });
    stack = await ProjectStack.create({
      explorer: JSON.stringify({ ports: { http } }),
      services: JSON.stringify([client]),
    });
    await stack.up();
    ({ explorer: urls } = await stack.output<{ explorer: Urls }>("services"));
  });
  afterAll(async () => {
    await stack[Symbol.asyncDispose]();
  });

  const tip = async (): Promise<number> => Number(await textOf(urls.http + tipHeight));

  test("has Esplora's API at the port that was asked for, and an Electrum server, with the declared chain", async () => {
    expect(urls.http).toBe(`http://127.0.0.1:${http}`);
    expect(await tip()).toBe(107);
    expect(await textOf(`${urls.http}/blocks/tip/hash`)).toBe(
      (await stack.output<{ tip: string }>("chain")).tip,
    );
    using lines = await ElectrumLines.connect(urls.electrum);
    expect(await lines.ask("blockchain.headers.subscribe")).toMatchObject({ height: 107 });
    expect(await lines.ask("server.features")).toMatchObject({
      hosts: { explorer: { tcp_port: 50001 } },
    });
  });

  test("is known to other containers by its name", async () => {
    const container = docker.getContainer(`${stack.prefix}shop`);
    const asked = async (at: string, words: string, print: string): Promise<string> => {
      const program = `$s = IO::Socket::INET->new($ARGV[0]) or die $@; print $s $ARGV[1]; ${print}`;
      const command = ["perl", "-MIO::Socket::INET", "-e", program, at, words];
      return (await execIn(container, command)).output;
    };
    const get = `GET ${tipHeight} HTTP/1.0\r\nHost: explorer:3000\r\n\r\n`;
    expect(await asked("explorer:3000", get, "print <$s>")).toMatch(/^HTTP.* 200 OK[^]*\r\n107$/);
    const ping = '{"id":1,"method":"server.ping","params":[]}\n';
    expect(await asked("explorer:50001", ping, "print scalar <$s>")).toContain('"result":null');
  });

  test("answers to no other name, and to no page from elsewhere", async () => {
    const asked = async (headers: Record<string, string>): Promise<number> => {
      const { statusCode, body } = await request(urls.http + tipHeight, { headers });
      await body.dump();
      return statusCode;
    };
    expect(await asked({ host: "explorer:3000" })).toBe(200);
    expect(await asked({ host: "localhost:3000" })).toBe(200);
    for (const host of ["evil.example", "explorer.evil.example:3000", "alice:3000"])
      expect(await asked({ host })).toBe(403);
    expect(await asked({ origin: "http://localhost:5173" })).toBe(200);
    for (const origin of ["https://evil.example", "null", "http://explorer.evil.example"])
      expect(await asked({ origin })).toBe(403);
  });

  test("shows its page, with the chain alone", async () => {
    const page = await textOf(`${urls.http}/`);
    expect(page).toContain("/page/app.js");
    expect(await textOf(`${urls.http}/page/app.js`)).not.toBe("");
    expect((await fetch(`${urls.http}/page/labels/Alice`)).status).toBe(401);
  });

  test("has neither rights nor a place to write to, and shows no password", async () => {
    const found = await docker.getContainer(`${stack.prefix}explorer`).inspect();
    expect(found.Config.User).toBe("1000:1000");
    expect(found.HostConfig).toMatchObject({
      ...{ ReadonlyRootfs: true, CapDrop: ["ALL"], SecurityOpt: ["no-new-privileges"] },
    });
    expect(found.Mounts.map(({ Destination }) => Destination)).toEqual(["/regtest-network"]);
    const published = Object.values(found.NetworkSettings.Ports).flat();
    expect(published.map(({ HostIp }) => HostIp)).toEqual(["127.0.0.1", "127.0.0.1"]);
    const password = await stack.output<string>("rpcPassword");
    expect(JSON.stringify(found)).not.toContain(password);
    const image = await docker.getImage(found.Image).inspect();
    expect(JSON.stringify(image)).not.toContain(password);
  });

  test("follows the chain, a restart of its node, and a reset", async () => {
    using lines = await ElectrumLines.connect(urls.electrum);
    await lines.ask("blockchain.headers.subscribe");
    await cliSucceeds("mine", "2", "--stack", stack.name);
    expect(await tip()).toBe(109);
    await lines.notified("blockchain.headers.subscribe", ([header]) => heightOf(header) === 109);
    await cliSucceeds("restart", "alice", "--stack", stack.name);
    expect(await tip()).toBe(109);
    await cliSucceeds("reset", "--stack", stack.name);
    expect(await tip()).toBe(107);
    expect(
      await ask(
        (await stack.output<Record<"shop", { web: string }>>("services")).shop.web,
        "/height",
      ),
    ).toBe("107");
    await stack.expectNoChanges();
  });

  test("is stopped in time, and started again", async () => {
    const name = `${stack.prefix}explorer`;
    await cliSucceeds("stop", "explorer", "--stack", stack.name);
    // One that takes longer than its `stopTimeout` is killed, and has another exit code.
    expect((await docker.getContainer(name).inspect()).State.ExitCode).toBe(0);
    await cliSucceeds("start", "explorer", "--stack", stack.name);
    expect(await tip()).toBe(107);
  });

  test("is in clones of its snapshot", async () => {
    await using network = await cloneNetwork({ snapshot: `${stack.prefix}${stack.name}` });
    const { explorer } = network.services;
    if (explorer === undefined) throw new Error("no explorer");
    await network.mine(1);
    expect(await textOf(explorer.urlOf("http") + tipHeight)).toBe("108");
    const found = await docker.getContainer(explorer.containerName).inspect();
    expect(found.HostConfig).toMatchObject({ ReadonlyRootfs: true, CapDrop: ["ALL"] });
    expect(JSON.stringify(found)).not.toContain(network.alice.password);
    await network.reset();
    expect(await textOf(explorer.urlOf("http") + tipHeight)).toBe("107");
  });

  test("goes with the stack", async () => {
    await stack.destroy();
    expect(await stack.footprint()).toEqual(nothing);
    await noMoreLooseVolumes(docker, loose);
  });
});

it(
  "comes with a stack that is started from its snapshot, and with one that the test kit makes",
  { tags: ["long"] },
  async () => {
    const made = await prepareSnapshot({ explorer: { node: "miner" } });
    {
      await using network = await cloneNetwork({ snapshot: made });
      expect(await textOf(network.service("explorer").urlOf("http") + tipHeight)).toBe("107");
    }
    const snapshot = `test-${randomBytes(4).toString("hex")}`;
    await using first = await ProjectStack.create({ explorer: "true" });
    await first.up();
    await cliSucceeds("snapshot", snapshot, "--stack", first.name);
    try {
      await using other = await ProjectStack.create({
        ...{ explorer: "true", start: "snapshot", snapshot },
      });
      await other.up();
      const { explorer } = await other.output<{ explorer: Urls }>("services");
      expect(await textOf(explorer.http + tipHeight)).toBe("107");
      await other.expectNoChanges();
      // As `up --from` declares it: by what the snapshot says of it.
      const { services } = networkOf(await findSnapshot(docker, snapshot));
      await using third = await ProjectStack.create({
        ...{ services: JSON.stringify(services), start: "snapshot", snapshot },
      });
      await third.up();
      const found = await docker.getContainer(`${third.prefix}explorer`).inspect();
      expect(found.HostConfig).toMatchObject({ ReadonlyRootfs: true, CapDrop: ["ALL"] });
      await third.expectNoChanges();
    } finally {
      await removeSnapshot(docker, snapshot);
      await removeSnapshot(docker, made);
    }
  },
);
