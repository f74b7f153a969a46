/** Two lnd, carol and dave, beside two nodes of Bitcoin. */
import type { CloneServiceArgs, DeclaredNetwork } from "regtest-network/testing";

const lnd = (name: string, more: Partial<CloneServiceArgs> = {}): CloneServiceArgs => ({
  name,
  image: process.env["LND_IMAGE"] ?? "lightninglabs/lnd:v0.18.5-beta",
  command: [
    "--lnddir=/data",
    `--alias=${name}`,
    "--noseedbackup",
    "--bitcoin.regtest",
    "--bitcoin.node=bitcoind",
    "--bitcoind.rpchost={{alice.rpc}}",
    "--bitcoind.rpccookie=/run/bitcoind/cookie",
    "--bitcoind.zmqpubrawblock={{alice.zmqBlock}}",
    "--bitcoind.zmqpubrawtx={{alice.zmqTx}}",
    "--restlisten=0.0.0.0:8080",
    // Milliseconds instead of 90 seconds until the others hear of a channel.
    "--trickledelay=50",
    // Blocks until who closed a channel alone has the coins. Default: 144 or more.
    "--bitcoin.defaultremotedelay=6",
  ],
  environment: { LNCLI_LNDDIR: "/data", LNCLI_NETWORK: "regtest" },
  // Other credentials in each network.
  files: { "/run/bitcoind/cookie": "{{rpcUser}}:{{rpcPassword}}" },
  ports: { rest: { container: 8080, scheme: "https" } },
  state: ["/data"],
  // Before that it refuses calls.
  ready: { http: "rest", path: "/v1/state", contains: "SERVER_ACTIVE" },
  ...more,
});

/**
 * lnd knows its peers by their IP addresses, and in another network they have others: this looks them up by name, which
 * is the alias, and succeeds when every channel is up.
 */
const reconnect = `
inactive=$(lncli listchannels --inactive_only) || exit 1
echo "$inactive" |
  awk -F'"' '/"remote_pubkey"/ { key = $4 } /"peer_alias"/ { print key "@" $4 }' |
  while read -r peer; do lncli connect "$peer"; done
inactive=$(lncli listchannels --inactive_only) || exit 1
! echo "$inactive" | grep -q '"remote_pubkey"'
`;

export const network = {
  nodes: [
    { name: "alice", zmqBlockPort: "free", zmqTxPort: "free" },
    { name: "miner", role: "miner" },
  ],
  services: [lnd("carol"), lnd("dave", { afterStart: ["sh", "-c", reconnect] })],
  // lnd waits while the newest block is older than two hours.
  reproducible: false,
} satisfies DeclaredNetwork;
