import { describe, expect, it } from "vitest";

import {
  atRiskText,
  nodesGivenUp,
  servicesGivenUp,
} from "../../../../provider/regtest/data-at-risk.ts";

describe("nodesGivenUp", () => {
  const alice = { name: "alice", volume: "regtest-data-alice-1" };
  const miner = { name: "miner", volume: "regtest-data-miner-1" };

  it.each([
    ["nothing changed", [alice, miner], []],
    ["a node came", [alice, miner, { name: "bob", volume: "regtest-data-bob-1" }], []],
    ["a node went", [alice], ["miner"]],
    ["another chain is declared", [alice, { ...miner, volume: "regtest-data-miner-2" }], ["miner"]],
  ])("when %s", (_what, after, givenUp) => {
    expect(nodesGivenUp([alice, miner], after).map(({ name }) => name)).toEqual(givenUp);
  });

  it("counts those whose data version 0.1 kept in the container, which is replaced", () => {
    expect(nodesGivenUp([{ name: "alice" }], [alice])).toEqual([{ name: "alice" }]);
  });
});

describe("servicesGivenUp", () => {
  const shop = { name: "shop", volumes: ["shop-1"], host: "one" };
  const moved = { ...shop, volumes: ["shop-two-1"], host: "two" };

  it.each([
    ["nothing changed", [shop], true, []],
    ["it went", [], true, [shop]],
    ["it went with the chain", [{ ...shop, volumes: ["shop-2"] }], false, []],
    ["it moved", [moved], true, [shop]],
    ["it moved with a node", [moved], false, [shop]],
  ])("when %s", (_what, after, stays, givenUp) => {
    expect(servicesGivenUp([shop], after, stays)).toEqual(givenUp);
  });
});

describe("atRiskText", () => {
  it.each<[number, string[], string | undefined]>([
    [0, [], undefined],
    [1, [], "1 block mined since the bootstrap at height 107"],
    [0, ["keep of alice"], "undeclared wallets: keep of alice"],
    [
      3,
      ["keep of alice", "watch of miner"],
      "3 blocks mined since the bootstrap at height 107, and undeclared wallets: keep of alice, watch of miner",
    ],
  ])("of %i blocks and wallets %j", (blocks, wallets, text) => {
    expect(atRiskText({ blocks, wallets }, 107)).toBe(text);
  });
});
