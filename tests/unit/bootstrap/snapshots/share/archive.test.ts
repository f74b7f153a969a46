/** An archive of images is read only when every byte of it is what it is said to be. */
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { gzipSync, zstdCompressSync } from "node:zlib";

import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { readArchive } from "../../../../../bootstrap/snapshots/share/archive.ts";
import { readManifest } from "../../../../../bootstrap/snapshots/manifest.ts";
import type { Manifest } from "../../../../../bootstrap/snapshots/manifest-schema.ts";
import { snapshotReference } from "../../../../../bootstrap/snapshots/names.ts";
import { checkIncoming } from "../../../../../bootstrap/snapshots/share/incoming.ts";
import { label } from "../../../../../engine/labels.ts";
import { unownedLabels } from "../../../../../engine/clean-up/owner.ts";
import {
  type Files,
  type MadeImage,
  madeSnapshot,
  imageConfig,
  savedFiles,
  signedManifest,
  tarOf,
} from "../../../../helpers/snapshot-archive.ts";
import {
  type ArchiveLimits,
  archiveLimits,
} from "../../../../../bootstrap/snapshots/share/tar-files.ts";
import { tempFolder, type TempFolder } from "../../../../helpers/temp-folder.ts";

let folder: TempFolder;
let images: MadeImage[];
beforeAll(async () => {
  folder = await tempFolder();
  images = await madeSnapshot("funded", "30 BTC");
});
afterAll(async () => {
  await folder[Symbol.asyncDispose]();
});

let count = 0;

/** Reads an archive of these bytes and puts the snapshot together. */
async function read(content: Buffer) {
  const file = path.join(folder.path, `${count++}.tar`);
  await writeFile(file, content);
  const contents = await readArchive(file, AbortSignal.timeout(10_000));
  return checkIncoming(contents, snapshotReference);
}

/** The images, with another manifest in all of them. */
function withManifest(change: (manifest: Manifest) => unknown): MadeImage[] {
  return images.map((image) => {
    const manifest = readManifest(image.labels, image.reference);
    const changed = change(structuredClone(manifest)) as Manifest;
    return { ...image, labels: { ...image.labels, ...signedManifest(changed) } };
  });
}

async function readImages(images: readonly MadeImage[]) {
  return await read(await tarOf(savedFiles(images, "classic")));
}

function nodeImage(node: number): MadeImage {
  const image = images[node];
  if (image === undefined) throw new Error(`no image ${node}`);
  return image;
}

/** The first file whose name fits. */
function nameIn(files: Files, pattern: RegExp): string {
  const name = Object.keys(files).find((name) => pattern.test(name));
  if (name === undefined) throw new Error(`no file is like ${String(pattern)}`);
  return name;
}

describe.each(["classic", "oci"] as const)("an archive in the %s layout", (layout) => {
  let files: Files;
  beforeAll(() => {
    files = savedFiles(images, layout);
  });

  it("gives the snapshot's images", async () => {
    const { snapshot, contents } = await read(await tarOf(files));
    expect(snapshot.name).toBe("funded");
    expect(Object.keys(snapshot.images)).toEqual(["alice", "miner"]);
    expect(contents.map(({ layers }) => layers.length)).toEqual([2, 2]);
    expect(contents[0]?.layers[0]).toBe(contents[1]?.layers[0]);
  });

  it.each([
    ["gzip", gzipSync],
    ["zstd", zstdCompressSync],
  ])("is read when compressed with %s", async (_name, compress) => {
    const { snapshot } = await read(compress(await tarOf(files)));
    expect(snapshot.name).toBe("funded");
  });

  it("is refused when it is cut off, wherever that is", async () => {
    const whole = await tarOf(files);
    const block = 512;
    for (let end = 0; end < whole.length; end += block)
      await expect(read(whole.subarray(0, end)), `cut at ${end}`).rejects.toThrow(
        "not a complete archive of images",
      );
  });

  it("is refused when compressed and cut off", async () => {
    const packed = gzipSync(await tarOf(files));
    await expect(read(packed.subarray(0, -1))).rejects.toThrow("unexpected end of file");
  });

  it("is refused when a configuration was altered", async () => {
    const configs = Object.entries(files).filter(
      (file): file is [string, Buffer] => Buffer.isBuffer(file[1]) && file[1].includes("diff_ids"),
    );
    expect(configs).toHaveLength(2);
    for (const [name, content] of configs) {
      const altered = Buffer.from(content.toString().replace("elsewhere", "elsewhare"));
      await expect(read(await tarOf({ ...files, [name]: altered }))).rejects.toThrow(
        /was altered: its digest (?:is|differs)/,
      );
    }
  });

  it("is refused when a layer was altered", async () => {
    const layer = nameIn(files, layout === "oci" ? /^blobs/ : /layer\.tar$/);
    const altered = Buffer.from(files[layer] as Buffer);
    altered[600] = (altered[600] ?? 0) ^ 1;
    await expect(read(await tarOf({ ...files, [layer]: altered }))).rejects.toThrow(
      layout === "oci" ? "was altered" : "does not match the image's configuration",
    );
  });

  it("is refused when a file is missing", async () => {
    for (const name of Object.keys(files)) {
      if (name === "oci-layout" || name === "index.json") continue;
      const rest = { ...files };
      Reflect.deleteProperty(rest, name);
      await expect(read(await tarOf(rest)), name).rejects.toThrow(
        "not a complete archive of images",
      );
    }
  });
});

describe("an archive", () => {
  it("may hold compressed layers, as image stores keep them that pulled them", async () => {
    const files = savedFiles(images, "classic");
    const layer = nameIn(files, /layer\.tar$/);
    const { snapshot } = await read(
      await tarOf({ ...files, [layer]: gzipSync(files[layer] as Buffer) }),
    );
    expect(snapshot.name).toBe("funded");
  });

  it("is refused when its two lists differ: engines do not read the same one", async () => {
    const files = savedFiles(images, "oci");
    const other = savedFiles(await madeSnapshot("funded", "31 BTC"), "oci");
    const mixed = { ...other, ...files, "index.json": other["index.json"] as Buffer };
    await expect(read(await tarOf(mixed))).rejects.toThrow(
      "index.json and manifest.json list different images",
    );
  });

  it.each<[string, Files, string]>([
    ["is no archive of images", { "hello.txt": Buffer.from("hello") }, "it has no manifest.json"],
    ["has a list that is none", { "manifest.json": Buffer.from("{}") }, "expected array"],
    ["has a list that is no JSON", { "manifest.json": Buffer.from("[") }, "not valid JSON"],
    ["has a file outside", { "../x": Buffer.from("") }, "outside the archive: ../x"],
    [
      "has a link to nothing",
      { "a/layer.tar": { to: "../b/layer.tar" } },
      "is a link to a missing file",
    ],
    ["has links in a circle", { a: { to: "b" }, b: { to: "a" } }, "is a link to a missing file"],
  ])("is refused when it %s", async (_what, files, message) => {
    await expect(read(await tarOf(files))).rejects.toThrow(message);
  });

  it("is refused when it has a file twice: the engine might take the other one", async () => {
    const once = await tarOf(savedFiles(images, "classic"));
    const again = await tarOf({ "manifest.json": Buffer.from("[]") });
    await expect(read(Buffer.concat([once.subarray(0, -1024), again]))).rejects.toThrow(
      "it has manifest.json twice",
    );
  });

  it("that is not there is named", async () => {
    await expect(readArchive("/nowhere/x.tar", AbortSignal.timeout(10_000))).rejects.toThrow(
      "there is no file /nowhere/x.tar",
    );
  });
});

describe("images with digests that fit", () => {
  it("are refused when a label was altered", async () => {
    const alice = nodeImage(0);
    const manifest = alice.labels["regtest-network.manifest"] ?? "";
    const labels = {
      ...alice.labels,
      "regtest-network.manifest": manifest.replace("290400", "290500"),
    };
    await expect(readImages([{ ...alice, labels }, nodeImage(1)])).rejects.toThrow(
      "its manifest was altered",
    );
  });

  it("are refused when one is labelled as another snapshot's", async () => {
    const labels = { ...nodeImage(1).labels, [label.snapshot]: "other" };
    await expect(readImages([nodeImage(0), { ...nodeImage(1), labels }])).rejects.toThrow(
      'labelled as part of "other", not of "funded"',
    );
  });

  it("are refused when two nodes' images were swapped", async () => {
    const [alice, miner] = [nodeImage(0), nodeImage(1)];
    const swapped = [
      { ...alice, reference: miner.reference },
      { ...miner, reference: alice.reference },
    ];
    await expect(readImages(swapped)).rejects.toThrow("it was swapped");
  });

  it("are refused when one stands for both nodes", async () => {
    const miner = { ...nodeImage(0), reference: nodeImage(1).reference };
    await expect(readImages([nodeImage(0), miner])).rejects.toThrow("has several images of alice");
  });

  it("are refused when a node is missing", async () => {
    await expect(readImages([nodeImage(0)])).rejects.toThrow("has no image of miner");
  });

  it("are refused when they are of two snapshots with one name", async () => {
    const others = await madeSnapshot("funded", "31 BTC");
    await expect(readImages([nodeImage(0), ...others.slice(1)])).rejects.toThrow(
      "has images of several snapshots",
    );
  });

  it("are refused when they are no snapshot at all", async () => {
    await expect(readImages([{ ...nodeImage(0), labels: {} }])).rejects.toThrow(
      "carries no manifest",
    );
    await expect(readImages([])).rejects.toThrow("it contains no image");
  });

  it("are refused under names that are no snapshot's: they would take those of others", async () => {
    const alice = { ...nodeImage(0), reference: "alice:latest" };
    await expect(readImages([alice, nodeImage(1)])).rejects.toThrow(
      "must be at regtest-snapshot/funded:alice",
    );
  });
});

describe("a manifest with a digest that fits", () => {
  const tip = "f".repeat(64);

  it.each<[string, (manifest: Manifest) => unknown, RegExp]>([
    ["no facts", (manifest) => ({ ...manifest, facts: undefined }), /facts Invalid input/],
    ["no tip", ({ facts, ...rest }) => ({ ...rest, facts: { ...facts, tip: "" } }), /facts\.tip/],
    [
      "a height below zero",
      (all) => ({ ...all, facts: { ...all.facts, height: -1 } }),
      /facts\.height/,
    ],
    [
      "a height as text",
      (all) => ({ ...all, facts: { ...all.facts, height: "107" } }),
      /facts\.height/,
    ],
    [
      "no balances of a node",
      (all) => ({ ...all, facts: { ...all.facts, wallets: { alice: {} } } }),
      /facts\.wallets are not those/,
    ],
    [
      "an amount that is none",
      (all) => ({
        ...all,
        facts: { ...all.facts, wallets: { alice: { alice: "many" }, miner: {} } },
      }),
      /is not an amount in BTC/,
    ],
    [
      "arguments as text",
      (all) => ({ ...all, nodes: all.nodes.map((node) => ({ ...node, arguments: "-txindex" })) }),
      /nodes\[0\]\.arguments/,
    ],
    [
      "a node called __proto__",
      (all) => ({ ...all, nodes: [...all.nodes, { ...all.nodes[0], name: "__proto__" }] }),
      /nodes\[2\]\.name is not a node name/,
    ],
    [
      "a node twice",
      (all) => ({ ...all, nodes: [...all.nodes, all.nodes[0]] }),
      /name a node twice/,
    ],
    ["no nodes", (all) => ({ ...all, nodes: [] }), /nodes Too small/],
    [
      "a connection to nobody",
      (all) => ({ ...all, connect: [["alice", "bob"]] }),
      /connect has a node that it does not name/,
    ],
    [
      "control characters",
      (all) => ({
        ...all,
        funded: [{ node: "alice", label: "\u001b[2J", amount: "1", address: "", txid: tip }],
      }),
      /funded\[0\]\.label has control characters/,
    ],
    [
      "text from right to left",
      (all) => ({
        ...all,
        nodes: all.nodes.map((node) => ({ ...node, addresses: { Alice: ["\u202eevil"] } })),
      }),
      /has control characters/,
    ],
    ["another chain", (all) => ({ ...all, chain: "main" }), /chain Invalid input/],
    [
      "another format",
      (all) => ({ ...all, format: 3 }),
      /it has format 3, this version reads 1 and 2/,
    ],
    ["nothing in it", () => null, /it has format undefined/],
    ["a list in its place", () => [], /it has format undefined/],
  ])("is refused with %s", async (_what, change, message) => {
    await expect(readImages(withManifest(change))).rejects.toThrow(message);
  });

  it("is refused when it is larger than any", async () => {
    const long = withManifest((all) => ({ ...all, more: "x".repeat(1024 * 1024) }));
    await expect(readImages(long)).rejects.toThrow("its manifest cannot be read: it has 10");
  });

  it.each([
    "-blocknotify=touch /tmp/x",
    "-walletnotify=touch /tmp/x",
    "-alertnotify=x",
    "-startupnotify=x",
    "-shutdownnotify=x",
    "--blocknotify=x",
    "-signer=x",
    "-torexecute=x",
    "-includeconf=/tmp/x",
    "-settings=/tmp/x",
  ])("is refused with the argument %s", async (argument) => {
    const change = (all: Manifest) => ({
      ...all,
      nodes: all.nodes.map((node) => ({ ...node, arguments: ["-txindex", argument] })),
    });
    await expect(readImages(withManifest(change))).rejects.toThrow(
      `its node alice has the argument ${argument}, which runs a command`,
    );
  });

  it("may have any other argument, and no balance at all", async () => {
    const change = (all: Manifest) => ({
      ...all,
      nodes: all.nodes.map((node) => ({
        ...node,
        arguments: ["-uacomment=alice", "-zmqpubrawtx=x"],
      })),
    });
    expect((await readImages(withManifest(change))).snapshot.name).toBe("funded");
  });

  it("is refused with an image of a node that it does not name", async () => {
    const [alice, bob] = await madeSnapshot("funded", "30 BTC", ["alice", "bob"]);
    const only = (all: Manifest) => ({
      ...all,
      nodes: all.nodes.slice(0, 1),
      facts: { ...all.facts, wallets: { alice: {} }, peers: { alice: [] } },
    });
    const [first] = withManifest(only);
    if (alice === undefined || bob === undefined || first === undefined)
      throw new Error("no image");
    const labels = { ...bob.labels, ...manifestOf(first) };
    await expect(readImages([first, { ...bob, labels }])).rejects.toThrow(
      "has the image regtest-snapshot/funded:bob of bob, which it does not name",
    );
  });
});

/** The labels that carry its manifest. */
function manifestOf({ labels }: MadeImage): Record<string, string> {
  return Object.fromEntries(Object.entries(labels).filter(([name]) => name.includes("manifest")));
}

describe("an image of a snapshot", () => {
  it.each<[string, object, string]>([
    ["another entry point", { Entrypoint: ["/bin/sh"] }, "another Entrypoint than"],
    ["no entry point", { Entrypoint: null }, "another Entrypoint than"],
    ["a command", { Cmd: ["-txindex"] }, "Cmd in its configuration"],
    ["another user", { User: "root" }, "another User than"],
    ["no user", { User: "" }, "another User than"],
    [
      "volumes",
      { Volumes: { "/home/bitcoin/.bitcoin/regtest": {} } },
      "Volumes in its configuration",
    ],
    ["a health check", { Healthcheck: { Test: ["CMD", "x"] } }, "Healthcheck in its configuration"],
    ["a build trigger", { OnBuild: ["RUN x"] }, "OnBuild in its configuration"],
    ["a shell", { Shell: ["/bin/x"] }, "Shell in its configuration"],
    ["another signal", { StopSignal: "SIGKILL" }, "the StopSignal SIGKILL"],
    ["a variable", { Env: ["LD_PRELOAD=/x"] }, "the variable LD_PRELOAD"],
  ])("is refused with %s", async (_what, config, message) => {
    const changed = images.map((image) => ({ ...image, config: { ...imageConfig, ...config } }));
    await expect(readImages(changed)).rejects.toThrow(message);
  });

  it("may have a list of volumes that is empty, as engines write it", async () => {
    const config = { ...imageConfig, Volumes: {}, OnBuild: [], Cmd: null, StopSignal: "SIGTERM" };
    const { snapshot } = await readImages(images.map((image) => ({ ...image, config })));
    expect(snapshot.name).toBe("funded");
  });

  it.each<[string, string, string]>([
    ["a time at which it goes", label.expires, "1"],
    ["an owner", label.owner, "{"],
    ["a stack's id", label.stackId, "0123456789abcdef"],
    ["another kind", label.kind, "node"],
    ["another tool's label", "com.docker.compose.project", "shop"],
    ["an unknown label of the project", "regtest-network.new", ""],
    ["control characters in a label", label.stack, "\u001b[2J"],
  ])(
    "is refused with %s: a container that is started from it would have it",
    async (_what, name, value) => {
      const changed = images.map((image) => ({
        ...image,
        labels: { ...image.labels, [name]: value },
      }));
      await expect(readImages(changed)).rejects.toThrow(
        "an image of a snapshot must not have that",
      );
    },
  );

  it("may say that it is nobody's", async () => {
    const labels = (image: MadeImage) => ({ ...image.labels, ...unownedLabels });
    const { snapshot } = await readImages(
      images.map((image) => ({ ...image, labels: labels(image) })),
    );
    expect(snapshot.name).toBe("funded");
  });
});

describe("an archive larger than the limits", () => {
  const small: ArchiveLimits = {
    ...archiveLimits,
    entries: 20,
    name: 100,
    file: 20_000,
    bytes: 40_000,
    text: 2_000,
    texts: 3_000,
  };

  async function readWithin(content: Buffer) {
    const file = path.join(folder.path, `${count++}.tar`);
    await writeFile(file, content);
    return await readArchive(file, AbortSignal.timeout(10_000), undefined, small);
  }

  const many = (number: number, content: Buffer): Files =>
    Object.fromEntries(Array.from({ length: number }, (_, index) => [`f${index}`, content]));

  it.each<[string, () => Promise<Buffer>, string]>([
    ["many files", () => tarOf(many(21, Buffer.from(""))), "it has more than 20 files"],
    [
      "a long name",
      () => tarOf({ ["x".repeat(101)]: Buffer.from("") }),
      "a name of more than 100 characters",
    ],
    ["a large file", () => tarOf({ x: Buffer.alloc(20_001) }), "x is larger than 0.0 MB"],
    [
      "a file that is large when unpacked",
      () => tarOf({ x: gzipSync(Buffer.alloc(20_001)) }),
      "x is larger than 0.0 MB",
    ],
    [
      "many that are large together",
      () => tarOf(many(3, gzipSync(Buffer.alloc(15_000)))),
      "what it holds is larger than 0.0 MB",
    ],
    [
      "much in a small one",
      async () => gzipSync(await tarOf(many(20, Buffer.alloc(4_000)))),
      "it is larger than 0.0 MB",
    ],
    [
      "much JSON",
      () => tarOf(many(2, Buffer.from(`[${" ".repeat(1_900)}]`))),
      "all its JSON together is larger than 0.0 MB",
    ],
    [
      "a long list",
      () => tarOf({ "manifest.json": Buffer.from(`[${" ".repeat(2_000)}]`) }),
      "manifest.json is not valid JSON, or too large",
    ],
  ])("is refused: %s", async (_what, content, message) => {
    await expect(readWithin(await content())).rejects.toThrow(message);
  });

  // It packs 200 MB.
  it("takes no memory for what is not kept", { timeout: 120_000 }, async () => {
    const bomb = gzipSync(await tarOf(many(200, Buffer.alloc(1024 * 1024))));
    expect(bomb.length).toBeLessThan(500_000);
    const before = process.memoryUsage.rss();
    await expect(read(bomb)).rejects.toThrow("it has no manifest.json");
    expect(process.memoryUsage.rss() - before).toBeLessThan(100_000_000);
  });
});

describe("an archive in the OCI layout", () => {
  it("is refused when an engine would give its images other names", async () => {
    const files = savedFiles(images, "oci");
    const index = JSON.parse((files["index.json"] as Buffer).toString()) as { manifests: object[] };
    for (const [name, refused] of [
      ["docker.io/library/alice:latest", true],
      ["docker.io/regtest-snapshot/funded:alice", false],
    ] as const) {
      const annotations = { "io.containerd.image.name": name };
      const manifests = index.manifests.map((entry) => ({ ...entry, annotations }));
      const changed = {
        ...files,
        "index.json": Buffer.from(JSON.stringify({ ...index, manifests })),
      };
      const reading = read(await tarOf(changed));
      if (refused) await expect(reading).rejects.toThrow("list different images");
      else expect((await reading).snapshot.name).toBe("funded");
    }
  });
});
