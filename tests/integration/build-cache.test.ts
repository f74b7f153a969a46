/** What builds leave on an engine of their own: on the tests' engine others build at the same time. */
import type Docker from "dockerode";
import { pack } from "tar-stream";
import { afterAll, beforeAll, expect, test } from "vitest";

import { waitFor } from "../../base/wait.ts";
import { finished } from "../../bootstrap/snapshots/share/transfer.ts";
import { tidyBuildCache } from "../../engine/clean-up/build-cache.ts";
import { lastingLabels } from "../../engine/clean-up/owner.ts";
import {
  secondEnginePossible,
  type SecondEngine,
  startSecondEngine,
} from "../helpers/second-engine.ts";

const base = "regtest-network/debian:forky";
const hour = 3_600_000;
const transfer = { signal: AbortSignal.timeout(120_000), status: () => undefined };

let engine: SecondEngine;
let docker: Docker;

if (secondEnginePossible) {
  beforeAll(async () => {
    engine = await startSecondEngine();
    ({ docker } = engine);
    await makeBase("first");
  });
  afterAll(async () => {
    await engine[Symbol.asyncDispose]();
  });
}

/** The base image as it is made where none can be pulled, with this in it. */
async function makeBase(content: string): Promise<void> {
  const root = pack();
  root.entry({ name: "content" }, content);
  root.finalize();
  const [repo, tag] = base.split(":");
  const changes = "LABEL regtest-network.kind=base";
  await finished(docker.importImage(root as never, { repo, tag, changes }), transfer);
}

/** A build as of images/bitcoind, by steps that need no shell, and the id of the stage that it leaves. */
async function build(
  name: string,
  content: string,
  { recipe, labels = {} }: { recipe?: string; labels?: Record<string, string> } = {},
): Promise<string> {
  const before = await stages();
  const context = pack();
  const recipeLabel = recipe === undefined ? "" : ` regtest-network.recipe=${recipe}`;
  context.entry(
    { name: "Dockerfile" },
    `FROM ${base} AS stage\nLABEL regtest-network.kind=build-cache${recipeLabel}\nCOPY content /\n` +
      "FROM scratch\nCOPY --from=stage /content /\n",
  );
  context.entry({ name: "content" }, content);
  context.finalize();
  const second = Math.floor(Date.now() / 1_000);
  const options = { t: name, labels: { "regtest-network.kind": "image", ...labels } };
  await finished(docker.buildImage(context as never, options), transfer);
  // The engine tells when an image was made in seconds.
  await waitFor(() => Promise.resolve(Date.now() / 1_000 > second + 1 ? true : undefined), {
    what: "the next second",
    limitMs: 5_000,
  });
  return (await stages()).find((id) => !before.includes(id)) ?? "";
}

async function untagged(kind: string): Promise<string[]> {
  const filters = { label: [`regtest-network.kind=${kind}`], dangling: ["true"] };
  return (await docker.listImages({ filters })).map(({ Id }) => Id);
}

const stages = (): Promise<string[]> => untagged("build-cache");

test.runIf(secondEnginePossible)(
  "what builds leave is bounded, and goes with the last image",
  async () => {
    const old = await build("one-regtest-bitcoind:1", "one");
    const other = await build("one-regtest-bitcoind-core:1", "core", { recipe: "other" });
    // What somebody commits from a container of a stage has its labels too.
    const committed = await build("one-regtest-bitcoind:2", "committed");
    const newest = await build("two-regtest-bitcoind:2", "two");
    const container = await docker.createContainer({ Image: committed, Cmd: ["somebody's"] });
    const { Id: somebodys } = (await container.commit()) as unknown as { Id: string };
    await container.remove();
    const all = [old, other, newest, somebodys];
    expect(await stages()).toHaveLength(4);

    // A build may be at work on what is this new.
    await tidyBuildCache(docker);
    expect(new Set(await stages())).toEqual(new Set(all));
    // Of each recipe the newest stays.
    await tidyBuildCache(docker, Date.now() + hour);
    expect(new Set(await stages())).toEqual(new Set([other, newest, somebodys]));

    // A build that ran beside a process which is gone does not hold the stages.
    await build("regtest-network/temporary-0a:latest", "three", { labels: lastingLabels(0) });
    for (const name of ["one-regtest-bitcoind:1", "one-regtest-bitcoind:2"]) {
      await docker.getImage(name).remove();
    }
    await docker.getImage("one-regtest-bitcoind-core:1").remove();
    await tidyBuildCache(docker);
    expect(await stages()).toContain(other);
    await expect(docker.getImage("regtest-network/temporary-0a").inspect()).rejects.toThrow("404");
    // The base has lost its name to a newer one, and something untagged is built on the new one.
    await docker.getImage("two-regtest-bitcoind:2").remove();
    await makeBase("second");
    const onBase = await docker.createContainer({ Image: base, Cmd: ["somebody's"] });
    const { Id: theirs } = (await onBase.commit()) as unknown as { Id: string };
    await onBase.remove();
    await docker.getImage(somebodys).remove();

    await tidyBuildCache(docker);
    expect(await stages()).toEqual([]);
    expect(await untagged("base")).toEqual([theirs]);
    await docker.getImage(base).inspect();
  },
);
