import { describe, expect, it } from "vitest";

import { differences } from "../../../../bootstrap/chain/facts.ts";

const expected = {
  height: 107,
  wallets: { alice: { alice: "30.00000000" } },
  peers: { alice: ["miner"] },
};

describe("differences", () => {
  it("finds none in what is equal, whatever the order of its keys", () => {
    const { height, wallets, peers } = expected;
    expect(differences(expected, { peers, height, wallets })).toEqual([]);
  });

  it("names each fact that differs by its path, with both values", () => {
    const seen = { ...expected, height: 106, wallets: { alice: { alice: "29.00000000" } } };
    expect(differences(expected, seen)).toEqual([
      "height is 106 instead of 107",
      'wallets.alice.alice is "29.00000000" instead of "30.00000000"',
    ]);
  });

  it("finds what is missing and what is too much", () => {
    const seen = { height: 107, wallets: { alice: { alice: "30.00000000", cold: "1.00000000" } } };
    expect(differences(expected, seen)).toEqual([
      'wallets.alice.cold is "1.00000000" instead of undefined',
      'peers is undefined instead of {"alice":["miner"]}',
    ]);
  });

  it("compares lists as a whole", () => {
    expect(differences(expected, { ...expected, peers: { alice: [] } })).toEqual([
      'peers.alice is [] instead of ["miner"]',
    ]);
  });
});
