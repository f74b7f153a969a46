import { describe, expect, it } from "vitest";

import { fullMesh } from "../../bootstrap/peers.ts";

describe("fullMesh", () => {
  it.each([
    [[], []],
    [["alice"], []],
    [["alice", "miner"], [["alice", "miner"]]],
    [
      ["a", "b", "c"],
      [
        ["a", "b"],
        ["a", "c"],
        ["b", "c"],
      ],
    ],
  ])("of %j connects every pair once", (names, edges) => {
    expect(fullMesh(names)).toEqual(edges);
  });
});
