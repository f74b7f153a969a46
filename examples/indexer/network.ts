/** electrs, an Electrum server, beside alice and the miner of the default chain. */
import path from "node:path";

import type { DeclaredNetwork } from "regtest-network/testing";

export const network = {
  services: [
    {
      name: "electrs",
      // Beside this file, whatever folder the tests are run in.
      image: process.env["ELECTRS_IMAGE"] ?? { build: path.join(import.meta.dirname, "electrs") },
      command: [
        "--network=regtest",
        "--db-dir=/data",
        "--daemon-rpc-addr={{alice.rpc}}",
        "--daemon-p2p-addr={{alice.p2p}}",
        "--cookie-file=/run/bitcoind/cookie",
        "--electrum-rpc-addr=0.0.0.0:60401",
        // Seconds until subscribers hear of a payment in the mempool. Default: 10.
        "--wait-duration-secs=1",
      ],
      // Other credentials in each network.
      files: { "/run/bitcoind/cookie": "{{rpcUser}}:{{rpcPassword}}" },
      ports: { electrum: { container: 60401, scheme: "tcp" } },
      state: ["/data"],
      // It answers when it has indexed the chain; until then, questions wait.
      ready: { port: "electrum" },
    },
  ],
} satisfies DeclaredNetwork;
