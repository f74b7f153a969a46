import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    // The snapshot of the default chain is made once, before the first test.
    globalSetup: ["regtest-network/testing/vitest-setup"],
    // A test's time includes the start of its network, and a busy machine is slow.
    testTimeout: 30_000,
  },
});
