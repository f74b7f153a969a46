/** Commands on snapshots that are killed, or given what is no snapshot: what they leave, and what the next one makes of it. */
import { randomBytes } from "node:crypto";
import { readdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { gzipSync } from "node:zlib";

import type Docker from "dockerode";
import { execa } from "execa";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";

import { keptReferences } from "../../bootstrap/snapshots/find.ts";
import { manifestLabel } from "../../bootstrap/snapshots/manifest.ts";
import { snapshotReference } from "../../bootstrap/snapshots/names.ts";
import { connectEngine } from "../../engine/client.ts";
import { label, labelFilter } from "../../engine/labels.ts";
import { projectFolder } from "../../base/files/paths.ts";
import { nothing } from "../helpers/declared.ts";
import { nextEvent } from "../helpers/engine-events.ts";
import { ProcessGroup } from "../helpers/process-group.ts";
import {
  type MadeImage,
  imageConfig,
  madeSnapshot,
  savedFiles,
  tarOf,
} from "../helpers/snapshot-archive.ts";
import { ProjectStack } from "../helpers/stack.ts";
import { tempFolder, type TempFolder } from "../helpers/temp-folder.ts";

let docker: Docker;
let folder: TempFolder;
beforeAll(async () => {
  docker = await connectEngine();
  folder = await tempFolder();
});
afterAll(async () => {
  await folder[Symbol.asyncDispose]();
});

const name = `test-${randomBytes(4).toString("hex")}`;
afterEach(async () => {
  for (const reference of (await keptReferences(docker, name)).keys())
    await docker.getImage(reference).remove({ force: true });
});

/** Runs the command to its end, which has to come. */
async function snapshot(...args: readonly string[]) {
  const options = { cwd: projectFolder, reject: false, all: true, timeout: 120_000 };
  const ended = await execa(process.execPath, ["cli/main.ts", "snapshot", ...args], options);
  expect(ended.timedOut, ended.all).toBe(false);
  return { code: ended.exitCode, printed: ended.all };
}

/** What is noted of names of that snapshot. */
async function notes(snapshot = name): Promise<string[]> {
  const { Volumes } = await docker.listVolumes({ filters: { label: [label.names] } });
  return ((Volumes as Docker.VolumeInspectInfo[] | null) ?? [])
    .map(({ Labels }) => Labels[label.names] ?? "")
    .filter((note) => note.includes(snapshot));
}

/** Ids and names of all images that say to be part of the snapshot. */
async function imagesOf(snapshot: string): Promise<string[]> {
  const images = await docker.listImages({
    all: true,
    filters: labelFilter({ [label.snapshot]: snapshot }),
  });
  return images.map(({ Id, RepoTags }) => `${Id} ${String(RepoTags)}`).toSorted();
}

describe("an import", () => {
  async function archive(images: readonly MadeImage[]): Promise<Buffer> {
    return await tarOf(savedFiles(images, "classic"));
  }

  const all = async (change: (image: MadeImage) => object): Promise<Buffer> => {
    const images = await madeSnapshot(name, "bad");
    return await archive(images.map((image) => ({ ...image, ...change(image) })));
  };

  it.each<[string, () => Promise<Buffer>, string]>([
    [
      "that is cut off",
      async () => (await all(() => ({}))).subarray(0, 5_000),
      "not a complete archive",
    ],
    [
      "that is compressed and cut off",
      async () => gzipSync(await all(() => ({}))).subarray(0, 700),
      "unexpected end of file",
    ],
    [
      "that is text",
      () => Promise.resolve(Buffer.from("hello".repeat(500_000))),
      "not a complete archive",
    ],
    [
      "of something else",
      () => tarOf({ "hello.txt": Buffer.alloc(3_000_000) }),
      "it has no manifest.json",
    ],
    [
      "with a file outside",
      () => tarOf({ "../x": Buffer.alloc(3_000_000) }),
      "outside the archive",
    ],
    [
      "with very many files",
      () =>
        tarOf(
          Object.fromEntries(
            Array.from({ length: 10_001 }, (_, index) => [`${index}`, Buffer.from("")]),
          ),
        ),
      "it has more than 10000 files",
    ],
    [
      "with an altered manifest",
      () => all(({ labels }) => ({ labels: { ...labels, [manifestLabel]: "{}" } })),
      "its manifest was altered",
    ],
    [
      "with a user of its own",
      () => all(() => ({ config: { ...imageConfig, User: "root" } })),
      "another User than bitcoin",
    ],
    [
      "with a time at which it goes",
      () => all(({ labels }) => ({ labels: { ...labels, [label.expires]: "1" } })),
      "a value in the label regtest-network.expires",
    ],
    [
      "with an image too many",
      async () => {
        const [alice] = await madeSnapshot(name, "bad", ["alice"]);
        const [, bob] = await madeSnapshot(name, "bad", ["alice", "bob"]);
        if (alice === undefined || bob === undefined) throw new Error("no image");
        return await archive([alice, { ...bob, labels: { ...alice.labels, [label.node]: "bob" } }]);
      },
      "which it does not name",
    ],
  ])("of an archive %s ends with its error and leaves nothing", async (_what, content, message) => {
    const file = path.join(folder.path, "bad.tar");
    await writeFile(file, await content());
    const { code, printed } = await snapshot("import", file);
    expect(printed).toContain(message);
    expect(code).toBe(1);
    expect(await imagesOf(name)).toEqual([]);
  });

  it("goes on from half of itself, which can be removed as well", async () => {
    const images = await madeSnapshot(name, "good");
    const file = path.join(folder.path, "good.tar");
    await writeFile(file, await archive(images));
    const half = await archive(images.slice(0, 1));
    const loadHalf = async (): Promise<void> => {
      await text(await docker.loadImage(Readable.from([half])));
    };
    await loadHalf();
    expect(await snapshot("import", file)).toMatchObject({ code: 0 });
    expect([...(await keptReferences(docker, name)).keys()].toSorted()).toEqual([
      snapshotReference(name, "alice"),
      snapshotReference(name, "miner"),
    ]);
    expect(await snapshot("remove", name)).toMatchObject({ code: 0 });
    await loadHalf();
    expect(await snapshot("remove", name)).toMatchObject({ code: 0 });
    expect(await imagesOf(name)).toEqual([]);
  });
});

describe("on a running stack", () => {
  let stack: ProjectStack;
  let own: string;
  beforeAll(async () => {
    stack = await ProjectStack.create();
    await stack.up();
    own = stack.prefix + stack.name;
  });
  afterAll(async () => {
    await stack[Symbol.asyncDispose]();
  });

  const start = (...args: readonly string[]): ProcessGroup =>
    ProcessGroup.start(["npm", "run", "snapshot", "--", ...args]);

  const runs = async (): Promise<boolean[]> =>
    await Promise.all(
      ["alice", "miner"].map(async (node) => (await stack.container(node).inspect()).State.Running),
    );

  it("a snapshot that is killed while it is taken is taken by the same command, and the nodes run", async () => {
    const filters = { event: ["commit"], label: [`${label.snapshot}=${name}`] };
    const committed = await nextEvent(docker, filters);
    const run = start(name, "--stack", stack.name);
    await committed();
    run.killAll();
    await run.ended();
    expect(await runs()).toEqual([false, false]);
    expect(await notes()).not.toEqual([]);

    const again = await start(name, "--stack", stack.name).ended();
    expect(again.code, again.printed).toBe(0);
    expect(await runs()).toEqual([true, true]);
    expect((await keptReferences(docker, name)).size).toBe(2);
    expect(await imagesOf(name)).toHaveLength(2);
    expect(await notes()).toEqual([]);
  });

  it(
    "an import that is killed while it loads is finished by the same command",
    { tags: ["long"] },
    async () => {
      const file = path.join(folder.path, "network.tar");
      expect(await snapshot(name, "--stack", stack.name)).toMatchObject({ code: 0 });
      expect(await snapshot("export", name, file)).toMatchObject({ code: 0 });
      expect(await snapshot("remove", name)).toMatchObject({ code: 0 });
      const run = start("import", file);
      await run.prints("load the images");
      run.killAll();
      await run.ended();
      expect(await snapshot("import", file)).toMatchObject({ code: 0 });
      expect((await keptReferences(docker, name)).size).toBe(2);
      expect(await notes()).toEqual([]);
      expect(await snapshot("remove", name)).toMatchObject({ code: 0 });
      expect(await imagesOf(name)).toEqual([]);
    },
  );

  it(
    "an export that is killed leaves neither names nor a file beyond the next command",
    { tags: ["long"] },
    async () => {
      const before = await imagesOf(own);
      const file = path.join(folder.path, "killed.tar.gz");
      const run = start("export", own, file);
      await run.prints("pack the images");
      run.killAll();
      await run.ended();
      expect(await imagesOf(own)).not.toEqual(before);
      expect(await snapshot("export", own, file)).toMatchObject({ code: 0 });
      expect(await imagesOf(own)).toEqual(before);
      expect((await readdir(folder.path)).filter((entry) => entry.endsWith(".new"))).toEqual([]);

      const last = start("export", own, file, "--force");
      await last.prints("pack the images");
      last.killAll();
      await last.ended();
      const down = await ProcessGroup.start([
        ...["npm", "run", "down", "--", "--stack", stack.name],
      ]).ended();
      expect(down.code, down.printed).toBe(0);
      expect(await stack.footprint()).toEqual(nothing);
      expect(await notes(own)).toEqual([]);
    },
  );
});
