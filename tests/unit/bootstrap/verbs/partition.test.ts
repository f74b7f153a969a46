import { describe, expect, it } from "vitest";

import { pairsBetween } from "../../../../bootstrap/verbs/partition.ts";
import { reachedFrom } from "../../../../bootstrap/nodes/peers.ts";

const names = ["alice", "miner", "bob", "carol"];

describe("pairsBetween", () => {
  it("has the pairs of different groups, those that nobody names being one more", () => {
    expect(pairsBetween(names, [["bob", "alice"], ["miner"]])).toEqual([
      ["alice", "miner"],
      ["alice", "carol"],
      ["miner", "bob"],
      ["miner", "carol"],
      ["bob", "carol"],
    ]);
    expect(pairsBetween(names, [["carol"]])).toEqual([
      ["alice", "carol"],
      ["miner", "carol"],
      ["bob", "carol"],
    ]);
  });

  it.each([
    [[["dave"]], "the network has no node dave; it has alice, miner, bob, carol"],
    [[["alice"], ["alice", "bob"]], "alice stands in the groups twice"],
    [[names], "all nodes are in one group"],
    [[], "all nodes are in one group"],
  ])("refuses %j", (groups, message) => {
    expect(() => pairsBetween(names, groups)).toThrow(message);
  });
});

describe("reachedFrom", () => {
  const links = (...pairs: string[]): { name: string; to: string[] }[] =>
    pairs.map((pair) => ({ name: pair.slice(0, 1), to: pair.slice(1).split("") }));

  it.each([
    [links("ab", "bc", "c", "d"), ["a", "b", "c"]],
    // Whichever end has the link.
    [links("a", "ba", "cb", "dc"), ["a", "b", "c", "d"]],
    [links("a", "bc", "c"), ["a"]],
  ])("%j from a: %j", (seen, reached) => {
    expect([...reachedFrom("a", seen)].toSorted()).toEqual(reached);
  });
});
