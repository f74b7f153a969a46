import { describe, expect, it } from "vitest";

import { documented, readDocumented } from "../../golden/document.ts";
import { type GoldenValues, compareWithGolden, readGolden } from "../../golden/values.ts";
import { defaultPlan } from "../../../bootstrap/plan/default-plan.ts";
import { planOf } from "../../../bootstrap/plan/plan.ts";
import { readNetwork } from "../../../bootstrap/plan/settings/network-plan.ts";
import type { NetworkArgs } from "../../../bootstrap/plan/settings/network-schema.ts";

const values: GoldenValues = {
  height: 107,
  tip: "aa",
  muhash: "bb",
  fundingTxid: "cc",
  fundingBlock: "dd",
  aliceAddress: "mkvAYmgqrEFEsJ9zGBi9Z87gP5rGNAu2mx",
  miningAddress: "ee",
  changeAddress: "ff",
  coinbases: ["11", "22"],
};

describe("compareWithGolden", () => {
  it("knows a chain that is as recorded", () => {
    expect(compareWithGolden("/A:1/", { ...values }, { "/A:1/": values })).toEqual({
      kind: "same",
    });
  });

  it("names what differs", () => {
    const other = { ...values, tip: "ab", coinbases: ["11", "23"] };
    expect(compareWithGolden("/A:1/", other, { "/A:1/": values })).toEqual({
      kind: "different",
      lines: ['tip is "ab" instead of "aa"', 'coinbases is ["11","23"] instead of ["11","22"]'],
    });
  });

  it("has nothing against a version that nobody has recorded", () => {
    expect(compareWithGolden("/A:2/", values, { "/A:1/": values })).toEqual({ kind: "unknown" });
  });
});

describe("the recorded values", () => {
  it("are in the documentation, by npm run golden -- --write", async () => {
    expect(await readDocumented()).toBe(documented(await readGolden()));
  });

  it("are of a chain as long as the defaults make it, with Alice's address", async () => {
    const defaults = defaultPlan();
    const table = Object.values(await readGolden());
    expect(table.length).toBeGreaterThan(0);
    for (const { height, aliceAddress, coinbases } of table) {
      expect(height).toBe(defaults.blocks + defaults.confirmations);
      expect(aliceAddress).toBe("mkvAYmgqrEFEsJ9zGBi9Z87gP5rGNAu2mx");
      expect(new Set(coinbases).size).toBe(7);
    }
  });
});

describe("the defaults", () => {
  it("are a configuration without problems, and mean the walk-through", () => {
    expect(readNetwork({}).problems).toEqual([]);
    expect(defaultPlan()).toEqual({
      blocks: 101,
      confirmations: 6,
      fund: [{ node: "alice", label: "Alice", amount: 3_000_000_000n }],
      walletSeed: "regtest-network",
    });
  });
});

describe("planOf", () => {
  const chainOf = (changed: NetworkArgs) => {
    const { plan, problems } = readNetwork(changed);
    if (plan === undefined) throw new Error(problems.join("\n"));
    return planOf(plan);
  };

  it("has no seed for a chain that is another one on every run, and the mock time if there is one", () => {
    const plan = chainOf({ reproducible: false, mockTime: "2025-06-01" });
    expect(plan).not.toHaveProperty("walletSeed");
    expect(plan.mockTime).toBe(1_748_736_000);
  });

  it("has the spacing of blocks only where there is one: another plan is another chain", () => {
    expect(chainOf({ blockSpacing: "10m" }).blockSpacing).toBe(600);
  });
});
