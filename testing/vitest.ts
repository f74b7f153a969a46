/** Vitest's `test` with a network: a new one for each test, or one for all tests of a file. */
import "../base/require-node.ts";

import path from "node:path";

import { type RunnerTestCase, type TestAPI, test as base } from "vitest";

import { writeArtifacts } from "./artifacts.ts";
import { cloneNetwork } from "./clone.ts";
import type { TestNetwork } from "./network.ts";
import { type NetworkPool, type PoolOptions, createPool } from "./pool.ts";

export interface NetworkTestOptions extends PoolOptions {
  /**
   * Folder for what failed tests leave, a folder each: the nodes' logs and what they were at.
   * Default: `regtest-artifacts` in the current folder.
   */
  readonly artifacts?: string | undefined;
}

export interface NetworkFixtures {
  /** The test's own, from the file's pool. */
  readonly network: TestNetwork;
  /** The same for all tests of the file, as the one before left it. */
  readonly sharedNetwork: TestNetwork;
  /** Networks for a test that needs more than one. */
  readonly networkPool: NetworkPool;
}

interface AllFixtures extends NetworkFixtures {
  readonly fileNetwork: TestNetwork;
}

/** A `test` whose networks come from the snapshot, and so on, that the options say. */
export function networkTest({
  artifacts = "regtest-artifacts",
  ...options
}: NetworkTestOptions = {}): TestAPI<NetworkFixtures> {
  const watched = async (
    network: TestNetwork,
    task: RunnerTestCase,
    use: (network: TestNetwork) => Promise<void>,
  ): Promise<void> => {
    await use(network);
    if (task.result?.state !== "fail") return;
    await writeArtifacts(network, path.join(artifacts, folderOf(task)));
  };
  return base.extend<AllFixtures>({
    networkPool: [
      async ({}, use) => {
        await using pool = await createPool(options);
        await use(pool);
      },
      { scope: "file" },
    ],
    fileNetwork: [
      async ({}, use) => {
        await using network = await cloneNetwork(options);
        await use(network);
      },
      { scope: "file" },
    ],
    network: async ({ networkPool, task }, use) => {
      await using network = await networkPool.take();
      await watched(network, task, use);
    },
    sharedNetwork: async ({ fileNetwork, task }, use) => {
      await watched(fileNetwork, task, use);
    },
  });
}

/** With the default chain, which is made when the engine does not have it. */
export const test: TestAPI<NetworkFixtures> = networkTest();

/** The test's file and its full name, as a path. */
function folderOf(task: RunnerTestCase): string {
  const names = [task.name];
  for (let { suite } = task; suite !== undefined; { suite } = suite) names.unshift(suite.name);
  const parts = [path.basename(task.file.name), ...names];
  return parts.map((part) => part.replaceAll(/[^\w.-]+/g, "-").slice(0, 80)).join("/");
}
