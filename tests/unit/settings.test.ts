import { describe, expect, it } from "vitest";

import { type RawSettings, readSettings } from "../../stack/settings.ts";

const valid: RawSettings = {
  rpcUser: "user",
  aliceRpcPort: 18332,
  minerRpcPort: 18342,
  blocks: 101,
  amount: "30",
  confirmations: 6,
  walletSeed: "regtest-network",
  reproducible: true,
  prefix: "",
  baseImage: "",
  keepSnapshots: false,
  timeout: 60,
};

function problemsOf(changed: Partial<RawSettings>): string[] {
  return readSettings({ ...valid, ...changed }).problems;
}

describe("readSettings", () => {
  it("takes the defaults and turns the amount into satoshi", () => {
    const { settings, problems } = readSettings(valid);
    expect(problems).toEqual([]);
    expect(settings.amount).toBe(3_000_000_000n);
    expect(settings.nodes.map(({ name, rpcPort }) => [name, rpcPort])).toEqual([
      ["alice", 18332],
      ["miner", 18342],
    ]);
  });

  it.each<[Partial<RawSettings>, string]>([
    [{ aliceRpcPort: 0 }, "aliceRpcPort: 0 is not allowed; give a port from 1 to 65535"],
    [{ minerRpcPort: 65536 }, "minerRpcPort: 65536 is not allowed; give a port from 1 to 65535"],
    [
      { minerRpcPort: 18342.5 },
      "minerRpcPort: 18342.5 is not allowed; give a port from 1 to 65535",
    ],
    [
      { minerRpcPort: 18332 },
      "minerRpcPort: 18332 is not allowed; aliceRpcPort is the same; give each node a port of its own",
    ],
    [{ blocks: 100 }, "blocks: 100 is not allowed; give a whole number from 101 to 10000"],
    [
      { confirmations: -1 },
      "confirmations: -1 is not allowed; give a whole number from 0 to 10000",
    ],
    [{ timeout: 0 }, "timeout: 0 is not allowed; give a whole number from 1 to 3600"],
    [{ amount: "0" }, 'amount: "0" is not allowed; give an amount above 0'],
    [{ amount: "-1" }, 'amount: "-1" is not allowed; give an amount above 0'],
    [
      { amount: "1.000000001" },
      'amount: "1.000000001" is not allowed; give an amount in BTC with at most 8 places',
    ],
    [
      { amount: "thirty" },
      'amount: "thirty" is not allowed; give an amount in BTC with at most 8 places',
    ],
    [
      { amount: "50" },
      'amount: "50" is not allowed; after 101 blocks at most 49.99998520 BTC can be spent, the fee taken off; raise blocks',
    ],
    [
      { rpcUser: "" },
      'rpcUser: "" is not allowed; give at least one printable ASCII character, no space and no colon',
    ],
    [
      { rpcUser: "al:ice" },
      'rpcUser: "al:ice" is not allowed; give at least one printable ASCII character, no space and no colon',
    ],
    [{ walletSeed: "" }, 'walletSeed: "" is not allowed; give at least one character'],
  ])("refuses %j and says what is allowed", (changed, message) => {
    expect(problemsOf(changed)).toEqual([message]);
  });

  it.each(["Ab", "-a", "a b", "a..", "a___", "ä", "a".repeat(41)])(
    "refuses the prefix %j",
    (prefix) => {
      expect(problemsOf({ prefix })).toEqual([
        expect.stringMatching(/^prefix: ".*" is not allowed; /),
      ]);
    },
  );

  it.each(["", "a", "two-", "two.", "a__", "t1--", "a".repeat(40)])(
    "takes the prefix %j",
    (prefix) => {
      expect(problemsOf({ prefix })).toEqual([]);
    },
  );

  it("takes an amount that needs several coinbases, once they have matured", () => {
    expect(problemsOf({ amount: "120" })).toHaveLength(1);
    expect(problemsOf({ amount: "120", blocks: 103 })).toEqual([]);
  });

  it("names every key that is wrong, not the first alone", () => {
    expect(problemsOf({ rpcUser: "", blocks: 1, timeout: -1 })).toHaveLength(3);
  });
});
