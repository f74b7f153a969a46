import type {} from "regtest-network/testing/vitest"; // knows regtestNetwork
import { defineConfig } from "vitest/config";

import { network } from "./network.ts";

export default defineConfig({
  test: {
    // The snapshot with the open channel is made once, before the first test.
    globalSetup: ["regtest-network/testing/vitest-setup"],
    provide: {
      regtestNetwork: { ...network, scenario: "channel.ts", freshBlock: true },
    },
    // A test's time includes the start of its network, and a busy machine is slow.
    testTimeout: 120_000,
  },
});
