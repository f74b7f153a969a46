import type {} from "regtest-network/testing/vitest"; // knows regtestNetwork
import { defineConfig } from "vitest/config";

import { network } from "./network.ts";

export default defineConfig({
  test: {
    // The image is built and the snapshot made once, before the first test.
    globalSetup: ["regtest-network/testing/vitest-setup"],
    provide: { regtestNetwork: network },
    // A test's time includes the start of its network, and a busy machine is slow.
    testTimeout: 120_000,
    // electrs hears of blocks and payments a moment after the nodes have them.
    expect: { poll: { timeout: 30_000 } },
  },
});
