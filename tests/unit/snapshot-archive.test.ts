/** An archive of images is read only when every byte of it is what it is said to be. */
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { gzipSync, zstdCompressSync } from "node:zlib";

import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { readArchive } from "../../bootstrap/snapshots/archive.ts";
import { snapshotReference } from "../../bootstrap/snapshots/names.ts";
import { checkIncoming } from "../../bootstrap/snapshots/place.ts";
import { label } from "../../engine/labels.ts";
import {
  type Files,
  type MadeImage,
  madeSnapshot,
  savedFiles,
  tarOf,
} from "../helpers/snapshot-archive.ts";
import { tempFolder, type TempFolder } from "../helpers/temp-folder.ts";

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
        "not a whole archive of images",
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
        /was altered: its digest is/,
      );
    }
  });

  it("is refused when a layer was altered", async () => {
    const layer = nameIn(files, layout === "oci" ? /^blobs/ : /layer\.tar$/);
    const altered = Buffer.from(files[layer] as Buffer);
    altered[600] = (altered[600] ?? 0) ^ 1;
    await expect(read(await tarOf({ ...files, [layer]: altered }))).rejects.toThrow(
      layout === "oci" ? "was altered" : "is not what the image's configuration says",
    );
  });

  it("is refused when a file is missing", async () => {
    for (const name of Object.keys(files)) {
      if (name === "oci-layout" || name === "index.json") continue;
      const rest = { ...files };
      Reflect.deleteProperty(rest, name);
      await expect(read(await tarOf(rest)), name).rejects.toThrow("not a whole archive of images");
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
    ["has a list that is none", { "manifest.json": Buffer.from("{}") }, "no list of images"],
    ["has a list that is no JSON", { "manifest.json": Buffer.from("[") }, "not valid JSON"],
    ["has a file outside", { "../x": Buffer.from("") }, "outside of itself: ../x"],
    ["has a link to nothing", { "a/layer.tar": { to: "../b/layer.tar" } }, "leads to no file"],
    ["has links in a circle", { a: { to: "b" }, b: { to: "a" } }, "leads to no file"],
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
      "is mixed from several",
    );
  });

  it("are refused when they are no snapshot at all", async () => {
    await expect(readImages([{ ...nodeImage(0), labels: {} }])).rejects.toThrow(
      "carries no manifest",
    );
    await expect(readImages([])).rejects.toThrow("there is no image in it");
  });

  it("are refused under names that are no snapshot's: they would take those of others", async () => {
    const alice = { ...nodeImage(0), reference: "alice:latest" };
    await expect(readImages([alice, nodeImage(1)])).rejects.toThrow(
      "must be at regtest-snapshot/funded:alice",
    );
  });
});
