import { readFileSync } from "node:fs";

import { describe, expect, it } from "vitest";
import { parse } from "yaml";

import {
  type NetworkPlan,
  readNetwork,
} from "../../../../../bootstrap/plan/settings/network-plan.ts";
import {
  defaultArgs,
  type NetworkArgs,
  networkKeys,
} from "../../../../../bootstrap/plan/settings/network-schema.ts";

const now = Date.parse("2026-08-01T12:00:00Z");

type Changed = Partial<Record<keyof NetworkArgs, unknown>>;

function problemsOf(changed: Changed): readonly string[] {
  return readNetwork(changed, { now }).problems;
}

function planOf(changed: Changed): NetworkPlan {
  const { plan, problems } = readNetwork(changed, { now });
  if (plan === undefined) throw new Error(problems.join("\n"));
  return plan;
}

describe("readNetwork", () => {
  it("takes the defaults and turns the amount into satoshi", () => {
    const { fund, connect, nodes } = planOf({});
    expect(fund).toEqual([{ node: "alice", label: "Alice", amount: 3_000_000_000n }]);
    expect(connect).toEqual([["alice", "miner"]]);
    expect(nodes.map(({ name, rpcPort }) => [name, rpcPort])).toEqual([
      ["alice", 18332],
      ["miner", 18342],
    ]);
  });

  it.each<[Changed, string]>([
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
    [{ start: "x" }, 'start: "x" is not allowed; give genesis or snapshot'],
    [{ start: "snapshot" }, "snapshot is required; start is snapshot, so give the name of one"],
    [
      { snapshot: "funded" },
      'snapshot: "funded" is not allowed; start is genesis; leave it empty, or set start to snapshot',
    ],
    [
      { start: "snapshot", snapshot: "funded", scenario: "./shop.ts" },
      'scenario: "./shop.ts" is not allowed; start is snapshot, which has its history; leave it empty',
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
      'rpcUser: "" is not allowed; give 1 to 64 printable ASCII characters, no space and no colon',
    ],
    [
      { rpcUser: "al:ice" },
      'rpcUser: "al:ice" is not allowed; give 1 to 64 printable ASCII characters, no space and no colon',
    ],
    [
      { coreDownloadBase: "ftp://example.org" },
      'coreDownloadBase: "ftp://example.org" is not allowed; give an http or https URL of at most 2000 characters',
    ],
    [
      { autoMine: "0s" },
      'autoMine: "0s" is not allowed; give whole seconds, minutes or hours up to a day, such as 10s, 5m or 1h',
    ],
    [
      { autoMine: "10" },
      'autoMine: "10" is not allowed; give whole seconds, minutes or hours up to a day, such as 10s, 5m or 1h',
    ],
    [
      { autoMine: "25h" },
      'autoMine: "25h" is not allowed; give whole seconds, minutes or hours up to a day, such as 10s, 5m or 1h',
    ],
    [
      { mockTime: "tomorrow" },
      'mockTime: "tomorrow" is not allowed; give seconds since 1970, a date such as 2025-01-01, or 2025-01-01T12:00:00Z',
    ],
    [
      { mockTime: "1296688601" },
      'mockTime: "1296688601" is not allowed; give a time from 2011-02-02T23:16:42Z on, that of regtest\'s first block',
    ],
    [
      { mockTime: "2026-08-01T13:00:01Z" },
      'mockTime: "2026-08-01T13:00:01Z" is not allowed; give a time at most an hour after the present; nodes at present time refuse later blocks',
    ],
    [
      { freshBlock: true, mockTime: "2025-01-01" },
      "freshBlock: true is not allowed; mockTime makes the clocks stand still; set one of the two",
    ],
    [
      { blockSpacing: "ten" },
      'blockSpacing: "ten" is not allowed; give whole seconds from 1 on, or a duration such as 10m, 2h or 3d',
    ],
    [
      { blockSpacing: "0" },
      'blockSpacing: "0" is not allowed; give whole seconds from 1 on, or a duration such as 10m, 2h or 3d',
    ],
    [
      { blockSpacing: "6d" },
      'blockSpacing: "6d" is not allowed; the chain, from 2025-01-01T00:00:00Z on, would end at 2026-09-29T00:00:00Z, after the present; give less',
    ],
    [
      { blockSpacing: "99999d" },
      'blockSpacing: "99999d" is not allowed; give whole seconds from 1 on, or a duration such as 10m, 2h or 3d',
    ],
    [
      { blockSpacing: "4000000000" },
      'blockSpacing: "4000000000" is not allowed; the chain, from 2025-01-01T00:00:00Z on, would end too late, after the present; give less',
    ],
    [
      { blockSpacing: "1d", mockTime: "2011-05-01" },
      'blockSpacing: "1d" is not allowed; the chain, which ends at 2011-05-01T00:00:00Z, would begin before 2011-02-02T23:16:42Z, the time of regtest\'s first block; give less',
    ],
    [
      { blockSpacing: "10m", reproducible: false },
      'blockSpacing: "10m" is not allowed; reproducible is false, so that blocks are of the present; leave it empty',
    ],
    [
      { blockSpacing: "10m", start: "snapshot", snapshot: "lunch" },
      'blockSpacing: "10m" is not allowed; start is snapshot, which has its history; leave it empty',
    ],
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

  it.each(["", " seed", "seed ", "se\ned", "s\u00e9ed", "s".repeat(257)])(
    "refuses the seed %j without telling it: it may be a secret",
    (walletSeed) => {
      expect(problemsOf({ walletSeed })).toEqual([
        "walletSeed: it is not allowed; give 1 to 256 printable ASCII characters, no space at either end",
      ]);
    },
  );

  it.each(["s", "~", "a seed of words", "s".repeat(256)])("takes the seed %j", (walletSeed) => {
    expect(problemsOf({ walletSeed })).toEqual([]);
  });

  it.each([
    ["", undefined],
    ["10s", 10],
    ["5m", 300],
    ["24h", 86_400],
  ])("reads autoMine %j as %j seconds", (autoMine, seconds) => {
    expect(planOf({ autoMine }).autoMine).toBe(seconds);
  });

  it.each([
    ["", undefined],
    ["600", 600],
    ["10m", 600],
    ["5d", 432_000],
  ])("reads blockSpacing %j as %j seconds", (blockSpacing, seconds) => {
    expect(planOf({ blockSpacing }).blockSpacing).toBe(seconds);
  });

  it.each([
    ["", undefined],
    ["1296688602", 1_296_688_602],
    ["2025-01-01", 1_735_689_600],
    ["2026-08-01T13:00Z", 1_785_589_200],
    ["2026-08-01T14:30:00+02:00", 1_785_587_400],
  ])("reads the mock time %j as %j", (mockTime, seconds) => {
    expect(planOf({ mockTime }).mockTime).toBe(seconds);
  });

  it.each(["2025-01-01T12:00:00", "2025-02-30", "2025-02-30T00:00Z", "1e9", "-1", "2025-13-01"])(
    "does not guess what the mock time %j means",
    (mockTime) => {
      expect(problemsOf({ mockTime })).toEqual([
        expect.stringMatching(/is not allowed; give seconds since 1970, a date/),
      ]);
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

describe("a value that would fail later", () => {
  const dust = "give at least 0.00000546 BTC; nodes relay no smaller output (dust)";
  it.each<[Changed, string]>([
    [{ amount: "0.00000545" }, `amount: "0.00000545" is not allowed; ${dust}`],
    [
      { fund: [{ node: "alice", label: "x", amount: 0.00000001 }] },
      `fund[0].amount: 1e-8 is not allowed; ${dust}`,
    ],
    [
      { rpcUser: "u".repeat(9_000) },
      `rpcUser: "${"u".repeat(199)}… is not allowed; give 1 to 64 printable ASCII characters, no space and no colon`,
    ],
    [
      { baseImage: "debian\n" },
      'baseImage: "debian\\n" is not allowed; give the reference of an image, such as debian:forky-slim, or nothing',
    ],
    [
      { baseImage: "d".repeat(256) },
      `baseImage: "${"d".repeat(199)}… is not allowed; give the reference of an image, such as debian:forky-slim, or nothing`,
    ],
    [
      { coreDownloadBase: "https://example.org\n" },
      'coreDownloadBase: "https://example.org\\n" is not allowed; give an http or https URL of at most 2000 characters',
    ],
    [
      { scenario: "a\u001bb" },
      'scenario: "a\\u001bb" is not allowed; give a path of at most 4096 characters, none of them a control character',
    ],
    [
      { start: "snapshot", snapshot: "no\u009bname" },
      'snapshot: "no\\u009bname" is not allowed; give the name of a snapshot; npm run snapshot -- list shows the snapshots',
    ],
    [
      { fund: [{ node: { toString: "x" }, label: "x", amount: 1 }] },
      'fund[0].node: {"toString":"x"} is not allowed; give the name of a node',
    ],
    [
      { fund: [{ node: "alice", label: "x", amount: { valueOf: 1, toString: 1 } }] },
      'fund[0].amount: {"valueOf":1,"toString":1} is not allowed; give an amount in BTC with at most 8 places',
    ],
  ])("is refused with its key: %j", (changed, message) => {
    expect(problemsOf(changed)).toEqual([message]);
  });

  it("is not the least that a node relays, or the longest that a header holds", () => {
    expect(problemsOf({ amount: "0.00000546", rpcUser: "u".repeat(64) })).toEqual([]);
    expect(problemsOf({ baseImage: "registry.example:5000/a/b_c:1.0" })).toEqual([]);
    expect(problemsOf({ rpcPassword: "pä ss".padEnd(256, "x") })).toEqual([]);
  });

  it.each(["secret\n", "s".repeat(257), "sec\u0000ret"])(
    "is a password that is too long or has control characters, which is not shown",
    (rpcPassword) => {
      const [problem] = problemsOf({ rpcPassword });
      expect(problem).toMatch(/^rpcPassword: it is not allowed; give at most 256 characters/);
      expect(problem).not.toContain("sec");
    },
  );
});

describe("any value at any place", () => {
  let deep: unknown = [];
  for (let level = 0; level < 20_000; level++) deep = [deep];
  const values: readonly unknown[] = [
    ...[
      null,
      true,
      7,
      -1,
      1e21,
      0.5,
      "",
      " ",
      "\n",
      "\u001b[2J\u009b",
      "x".repeat(9_000),
      "9".repeat(9_000),
    ],
    ...[[], {}, [null], [[]], { toString: "x" }, { name: 1 }, [{ name: "a\u0007" }], deep],
  ];
  const nodes = ["name", "role", "image", "rpcPort", "p2pPort", "rest", "wallets", "arguments"];
  const three = [{ name: "alice" }, { name: "miner", role: "miner" }];
  const places: [string, (value: unknown) => Changed][] = [
    ...networkKeys.map((key): [string, (value: unknown) => object] => [
      key,
      (value) => ({ [key]: value }),
    ]),
    ...nodes.map((key): [string, (value: unknown) => object] => [
      `nodes[2].${key}`,
      (value) => ({ nodes: [...three, { name: "bob", [key]: value }] }),
    ]),
    ...["core", "external"].map((key): [string, (value: unknown) => object] => [
      `nodes[2].image.${key}`,
      (value) => ({ nodes: [...three, { name: "bob", image: { [key]: value } }] }),
    ]),
    ["connect[0]", (value) => ({ connect: [value] })],
    ["connect[0][1]", (value) => ({ connect: [["alice", value]] })],
    ...["node", "label", "amount", "other"].map((key): [string, (value: unknown) => object] => [
      `fund[0].${key}`,
      (value) => ({ fund: [{ node: "alice", label: "x", amount: 1, [key]: value }] }),
    ]),
  ];
  it.each(places)(
    "ends in lines that can be printed, not in a stack trace: %s",
    (_place, changed) => {
      for (const value of values) {
        const problems = problemsOf(changed(value));
        for (const line of problems) {
          expect(line).not.toMatch(/\p{Cc}/u);
          expect(line.length).toBeLessThan(6_000);
        }
      }
    },
  );
});

it("has the keys and defaults that Pulumi.yaml declares", () => {
  const file = new URL("../../../../../Pulumi.yaml", import.meta.url);
  const { config } = parse(readFileSync(file, "utf8")) as {
    config: Record<keyof NetworkArgs, { default: unknown }>;
  };
  const declared = Object.entries(config).map(([key, { default: value }]) => [key, value]);
  expect(Object.entries(defaultArgs)).toEqual(declared);
});
