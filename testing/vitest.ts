/** Vitest's `test` with a network: a new one for each test, or one for all tests of a file, reset between them or not. */
import "../base/require-node.ts";

import path from "node:path";

import { inject, type RunnerTestCase, type TestAPI, test as base } from "vitest";

import { writeArtifacts } from "./artifacts.ts";
import { cloneNetwork } from "./clone.ts";
import type { TestNetwork } from "./network.ts";
import { type NetworkPool, type PoolOptions, createPool } from "./pool.ts";

export interface NetworkTestOptions<Name extends string = string> extends PoolOptions<Name> {
  /**
   * Folder for what failed tests leave, a folder each: the nodes' logs and what they were at.
   * Default: `regtest-artifacts` in the current folder.
   */
  readonly artifacts?: string | undefined;
}

declare module "vitest" {
  interface ProvidedContext {
    /** What {@link test} and the set-up `regtest-network/testing/vitest-setup` use: option `provide` of vitest's configuration. */
    regtestNetwork: Omit<NetworkTestOptions, "signal">;
  }
}

export interface NetworkFixtures<Name extends string = string> {
  /** The test's own, from the file's pool. */
  readonly network: TestNetwork<Name>;
  /** One for all tests of the file, reset to its snapshot before each but the first. Not for concurrent tests. */
  readonly resetNetwork: TestNetwork<Name>;
  /** The same for all tests of the file, as the one before left it. */
  readonly sharedNetwork: TestNetwork<Name>;
  /** Networks for a test that needs more than one. */
  readonly networkPool: NetworkPool<Name>;
}

interface AllFixtures<Name extends string> extends NetworkFixtures<Name> {
  readonly fileNetwork: TestNetwork<Name>;
  readonly turns: Turns<Name>;
}

/**
 * A `test` whose networks come from the snapshot, and so on, that the options say.
 * @param given Default: what vitest's configuration provides as `regtestNetwork`, else the default chain.
 */
export function networkTest<Name extends string = string>(
  given?: NetworkTestOptions<Name>,
): TestAPI<NetworkFixtures<Name>> {
  const options = (): NetworkTestOptions<Name> =>
    // The names in it are known to nobody here.
    given ?? (inject("regtestNetwork") as NetworkTestOptions<Name> | undefined) ?? {};
  const watched = async (
    network: TestNetwork<Name>,
    task: RunnerTestCase,
    use: (network: TestNetwork<Name>) => Promise<void>,
  ): Promise<void> => {
    await use(network);
    if (task.result?.state !== "fail") return;
    const { artifacts = "regtest-artifacts" } = options();
    await writeArtifacts(network, path.join(artifacts, folderOf(task)));
  };
  return base.extend<AllFixtures<Name>>({
    networkPool: [
      async ({}, use) => {
        await using pool = await createPool(options());
        await use(pool);
      },
      { scope: "file" },
    ],
    fileNetwork: [
      async ({}, use) => {
        await using network = await cloneNetwork(options());
        await use(network);
      },
      { scope: "file" },
    ],
    turns: [
      async ({}, use) => {
        await using network = await cloneNetwork(options());
        await use(new Turns(network));
      },
      { scope: "file" },
    ],
    network: async ({ networkPool, task }, use) => {
      await using network = await networkPool.take();
      await watched(network, task, use);
    },
    resetNetwork: async ({ turns, task }, use) => {
      await turns.take(async (network) => {
        await watched(network, task, use);
      });
    },
    sharedNetwork: async ({ fileNetwork, task }, use) => {
      await watched(fileNetwork, task, use);
    },
  });
}

/** A network that tests have one after the other. */
class Turns<Name extends string> {
  readonly #network: TestNetwork<Name>;
  #state: "fresh" | "taken" | "used" = "fresh";

  constructor(network: TestNetwork<Name>) {
    this.#network = network;
  }

  async take(work: (network: TestNetwork<Name>) => Promise<void>): Promise<void> {
    if (this.#state === "taken") {
      throw new Error(
        "resetNetwork is one network for the tests of a file, and another test has it; use network in concurrent tests",
      );
    }
    const before = this.#state;
    this.#state = "taken";
    try {
      // Before and not after: what a failed test leaves can be looked at, and after the last nothing is waited for.
      if (before === "used") await this.#network.reset();
      await work(this.#network);
    } finally {
      this.#state = "used";
    }
  }
}

/** With what vitest's configuration provides as `regtestNetwork`, else the default chain; made when the engine does not have it. */
export const test: TestAPI<NetworkFixtures> = networkTest();

/** The test's file and its full name, as a path. */
function folderOf(task: RunnerTestCase): string {
  const names = [task.name];
  for (let { suite } = task; suite !== undefined; { suite } = suite) names.unshift(suite.name);
  const parts = [path.basename(task.file.name), ...names];
  return parts.map((part) => part.replaceAll(/[^\w.-]+/g, "-").slice(0, 80)).join("/");
}
