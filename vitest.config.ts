import { defineConfig } from "vitest/config";

const second = 1_000;

const faults = {
  globalSetup: ["toolchain/test-setup.ts"],
  fileParallelism: false,
  testTimeout: 900 * second,
  hookTimeout: 300 * second,
};

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: "unit",
          include: ["tests/unit/**/*.test.ts"],
          testTimeout: 20 * second,
        },
      },
      {
        test: {
          name: "integration",
          include: ["tests/integration/**/*.test.ts"],
          globalSetup: ["toolchain/test-setup.ts"],
          setupFiles: ["tests/helpers/official-plugin.ts"],
          // After the unit tests and one file after another: they share one engine, and often few cores.
          sequence: { groupOrder: 1 },
          fileParallelism: false,
          // A machine that does other things too may be many times slower than usual.
          testTimeout: 300 * second,
          hookTimeout: 300 * second,
        },
      },
      {
        test: {
          ...faults,
          name: "faults",
          include: ["tests/faults/*.test.ts"],
          sequence: { groupOrder: 2 },
        },
      },
      {
        test: {
          ...faults,
          name: "long-faults",
          include: ["tests/faults/long/*.test.ts"],
          sequence: { groupOrder: 3 },
        },
      },
    ],
  },
});
