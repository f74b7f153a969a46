import { defineConfig } from "vitest/config";

import LongestFirst from "./cli/dev/longest-first.ts";

const second = 1_000;

const globalSetup = ["toolchain/test-setup.ts", "tests/helpers/run-setup.ts"];

/**
 * What needs an engine: after the unit tests, three files at a time, since each waits much of its time for one container
 * or another. Whatever a file makes there has a name of its own, and what it counts is its own.
 */
const onEngine = { sequence: { groupOrder: 1 }, maxWorkers: 3 };

/** Of `expect.poll`, by itself a second: a machine that does other things too may be many times slower than usual. */
const patient = { expect: { poll: { timeout: 60 * second } } };

const faults = {
  globalSetup,
  ...patient,
  testTimeout: 900 * second,
  hookTimeout: 300 * second,
};

export default defineConfig({
  test: {
    sequence: { sequencer: LongestFirst },
    // `npm test` leaves these out, and `npm run test:all` does not.
    tags: [{ name: "long", description: "takes minutes, and a shorter test tells most of it" }],
    projects: [
      {
        test: {
          name: "unit",
          // Vitest's own would be one less, which on two cores is half.
          maxWorkers: "100%",
          include: ["tests/unit/**/*.test.ts"],
          // A worker imports what several files need once, a third of the CPU time. A file puts back what it changes.
          isolate: false,
          expect: { poll: { timeout: 15 * second } },
          testTimeout: 20 * second,
        },
      },
      {
        test: {
          name: "integration",
          include: ["tests/integration/**/*.test.ts"],
          globalSetup,
          setupFiles: ["tests/helpers/official-plugin.ts"],
          // As above: three quarters of what it takes to load the files.
          isolate: false,
          ...onEngine,
          ...patient,
          testTimeout: 300 * second,
          hookTimeout: 300 * second,
        },
      },
      {
        test: {
          ...faults,
          ...onEngine,
          name: "faults",
          include: ["tests/faults/*.test.ts"],
        },
      },
      {
        test: {
          ...faults,
          name: "long-faults",
          include: ["tests/faults/long/*.test.ts"],
          sequence: { groupOrder: 2 },
          fileParallelism: false,
        },
      },
    ],
  },
});
