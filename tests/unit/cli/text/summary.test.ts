import { describe, expect, it } from "vitest";

import type { StackOutputs } from "../../../../stack/stack-state.ts";
import { type Present, summary } from "../../../../cli/text/summary.ts";

const outputs: StackOutputs = {
  endpoints: { alice: "http://127.0.0.1:28332", miner: "http://127.0.0.1:28342" },
  ports: { alice: {}, miner: {} },
  rpcUser: "satoshi",
  chain: {
    height: 107,
    tip: "57b7",
    balances: { alice: "30.00000000", miner: "319.99998560" },
    wallets: { alice: { alice: "30.00000000" }, miner: { miner: "319.99998560" } },
    funded: [{ node: "alice", label: "Alice", amount: "30", address: "mkvA", txid: "5b5c" }],
  },
  snapshots: {
    alice: { image: "two-alice:latest", id: "sha256:1" },
    miner: { image: "two-miner:latest", id: "sha256:2" },
  },
  containers: {
    alice: { name: "two-alice", id: "1", ip: "172.18.0.2" },
    miner: { name: "two-miner", id: "2", ip: "172.18.0.3" },
  },
};

const wallet = (name: string, spendable: string) => ({
  name,
  spendable,
  immature: "0.00000000",
  pending: "0.00000000",
});

const now: Present = {
  height: 107,
  minedSince: 0,
  freshBlock: null,
  nodes: [
    { name: "alice", tip: "57b7", behind: 0, wallets: [wallet("alice", "30.00000000")] },
    { name: "miner", tip: "57b7", behind: 0, wallets: [wallet("miner", "319.99998560")] },
  ],
};

describe("summary", () => {
  it("says where everything is, in columns", () => {
    const lines = summary("two", outputs, now).split("\n");
    expect(lines[0]).toBe("The network of stack two is up at height 107, tip 57b7");
    expect(lines.slice(2, 4)).toEqual([
      "  alice   http://127.0.0.1:28332    30.00000000 BTC   snapshot two-alice:latest",
      "  miner   http://127.0.0.1:28342   319.99998560 BTC   snapshot two-miner:latest",
    ]);
    expect(lines).toContain("Alice was paid at mkvA by 5b5c");
  });

  it("says what is, where people moved on from the declared chain, and what it does not know", () => {
    const moved: Present = {
      height: 114,
      minedSince: 7,
      freshBlock: null,
      nodes: [
        { name: "alice", tip: "99ff", behind: 0, wallets: [wallet("alice", "24.99000000")] },
        { name: "miner" },
      ],
    };
    const lines = summary("two", outputs, moved).split("\n");
    expect(lines.slice(0, 2)).toEqual([
      "The network of stack two is up at height 114, tip 99ff",
      "7 blocks on top of the declared 107",
    ]);
    expect(lines[3]).toContain(" 24.99000000 BTC ");
    expect(lines[4]).toContain(" ? BTC ");
  });

  it("gives lines to paste for this stack, its user and its containers, and no password", () => {
    const text = summary("two", outputs, now);
    expect(text).toContain("  docker exec two-alice bitcoin-cli getbalance\n");
    expect(text).toContain('  curl -u "satoshi:$(npm run -s pulumi -- stack output rpcPassword');
    expect(text).toContain('--show-secrets --stack two)"');
    expect(text).toContain(`"method":"getbalance"}' http://127.0.0.1:28332\n`);
  });

  it("takes the password of one of several networks where that is known, not from the program's outputs", () => {
    const text = summary("dev:btc", outputs, now);
    expect(text).toContain("The network of stack dev:btc is up");
    expect(text).toContain("$(npm run -s env -- --stack dev:btc | sed -n 's/^RPC_PASSWORD=//p')");
  });

  it("lists what a node offers beside RPC below it", () => {
    const alice = { p2p: "127.0.0.1:28444", rest: "http://127.0.0.1:28332/rest" };
    const lines = summary("two", { ...outputs, ports: { alice } }, now).split("\n");
    expect(lines.slice(3, 5)).toEqual([
      "          p2p  127.0.0.1:28444",
      "          rest http://127.0.0.1:28332/rest",
    ]);
    expect(lines[5]).toMatch(/^ {2}miner /);
  });

  it("tells every payment, and names the node where the label does not", () => {
    const savings = { node: "bob", label: "savings", amount: "1", address: "bcrt1", txid: "aa" };
    const funded = [...outputs.chain.funded, savings];
    const lines = summary("two", { ...outputs, chain: { ...outputs.chain, funded } }, now).split(
      "\n",
    );
    expect(lines).toContain("Alice was paid at mkvA by 5b5c");
    expect(lines).toContain("bob (savings) was paid at bcrt1 by aa");
    const nobody = summary("two", { ...outputs, chain: { ...outputs.chain, funded: [] } }, now);
    expect(nobody).not.toContain("was paid");
    expect(nobody).not.toContain("\n\n\n");
  });

  it("names the wallet in lines to paste when the node has several", () => {
    const wallets = { alice: { alice: "30.00000000", savings: "0.00000000" } };
    const text = summary("two", { ...outputs, chain: { ...outputs.chain, wallets } }, now);
    expect(text).toContain("  docker exec two-alice bitcoin-cli -rpcwallet=alice getbalance\n");
    expect(text).toContain(`"method":"getbalance"}' http://127.0.0.1:28332/wallet/alice\n`);
  });

  it("keeps a user that a shell would read otherwise as it is", () => {
    const text = summary("two", { ...outputs, rpcUser: 'a$b`c"d\\e' }, now);
    expect(text).toContain('curl -u "a\\$b\\`c\\"d\\\\e:$(npm');
  });
});
