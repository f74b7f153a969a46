/** The engine of Debian testing, with its images in either of its stores: all that a network needs of an engine. */
import { afterEach, describe, expect, test, vi } from "vitest";

import { connectEngine } from "../../engine/client.ts";
import { changesNothing, goesDown, recoversTo } from "../faults/runs.ts";
import { debianSystem, debianSystemPossible } from "../helpers/debian-system.ts";
import { expectDeclared } from "../helpers/declared.ts";
import { copyNodeImage } from "../helpers/node-image.ts";
import { onOfficialPlugin } from "../helpers/official-plugin.ts";
import { ProcessGroup } from "../helpers/process-group.ts";
import { startRootlessEngine } from "../helpers/rootless-engine.ts";
import {
  type ImageStore,
  type SecondEngine,
  startSecondEngine,
  storeFlags,
} from "../helpers/second-engine.ts";
import { ProjectStack } from "../helpers/stack.ts";

afterEach(() => {
  vi.unstubAllEnvs();
});

/** A network comes up, is snapshotted, reset and cloned, and goes, by the commands that people use. */
async function serves(engine: Pick<SecondEngine, "docker" | "host" | "within">): Promise<void> {
  const first = await connectEngine();
  const base = process.env["REGTEST_BASE_IMAGE"] ?? "";
  await copyNodeImage(first, engine.docker, base, AbortSignal.timeout(240_000));
  vi.stubEnv("DOCKER_HOST", engine.host);
  await using stack = await ProjectStack.create({}, engine.within);
  const run = async (...words: string[]): Promise<string> => {
    const command = [...engine.within, "sh", "toolchain/run.sh", ...words];
    const { code, printed } = await ProcessGroup.start(command).ended();
    expect(code, printed).toBe(0);
    return printed;
  };

  await recoversTo(stack);
  await changesNothing(stack);
  await run("mine", "2", "--stack", stack.name);
  await run("reset", "--stack", stack.name);
  await expectDeclared(stack);

  const named = `${stack.prefix}named`;
  await run("snapshot", named, "--stack", stack.name);
  const cloned = await run("clone", "--snapshot", named, "--json");
  const [, id = ""] = /"id": "(.*)"/.exec(cloned) ?? [];
  await run("mine", "1", "--clone", id);
  expect(await run("reset", "--clone", id)).toContain(`snapshot ${named}: height 107`);
  await run("release", id);
  await run("snapshot", "remove", named);

  await goesDown(stack);
  expect(await engine.docker.listContainers({ all: true })).toEqual([]);
}

async function servesWith(store: ImageStore): Promise<void> {
  const flags = storeFlags(store);
  await using engine = await startSecondEngine({ system: await debianSystem(), flags });
  const driver = store === "containerd" ? "overlayfs" : store;
  expect(await engine.docker.info()).toMatchObject({ Driver: driver });
  await serves(engine);
}

// The official plugin builds with BuildKit, which has no use for layers of another engine.
describe.skipIf(!debianSystemPossible || onOfficialPlugin)(
  "a network on the engine of Debian testing",
  () => {
    test("with overlay2 comes up, is reset and cloned, and goes", () => servesWith("overlay2"));

    // Builds the image once more: layers of another engine are no build cache in this store.
    test("with the containerd store does too", { tags: ["long"] }, () => servesWith("containerd"));

    test("rootless does too", { tags: ["long"] }, async () => {
      await using engine = await startRootlessEngine();
      const { SecurityOptions: options } = (await engine.docker.info()) as {
        SecurityOptions: string[];
      };
      expect(options).toContain("name=rootless");
      await serves(engine);
    });
  },
);
