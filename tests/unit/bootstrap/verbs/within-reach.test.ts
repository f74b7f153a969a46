import { describe, expect, it } from "vitest";

import { type Connections, reachOf } from "../../../../bootstrap/verbs/within-reach.ts";

describe("reachOf", () => {
  it.each<[string, Connections[], string[], string[]]>([
    [
      "a node that nobody is connected to and that dials is missing",
      [node("miner"), node("alice", { peers: ["bob"], added: ["miner"] }), node("bob")],
      ["miner"],
      ["alice", "bob"],
    ],
    [
      "one that a partition cut off is not, since it does not dial",
      [node("miner"), node("alice")],
      ["miner"],
      [],
    ],
    [
      "one that was just switched off is not, though both ends list the connection still",
      [
        node("miner", { peers: ["alice", "bob"] }),
        node("alice", { peers: ["miner"], added: ["miner"], on: false }),
        node("bob", { peers: ["miner", "alice"] }),
      ],
      ["miner", "bob"],
      [],
    ],
    [
      "nobody is where the miner is switched off",
      [
        node("miner", { peers: ["alice"], on: false }),
        node("alice", { peers: ["miner"], added: ["miner"] }),
      ],
      ["miner"],
      [],
    ],
  ])("%s", (_, nodes, reached, missed) => {
    const reach = reachOf("miner", nodes);
    expect([...reach.reached].toSorted()).toEqual(reached.toSorted());
    expect(reach.missed).toEqual(missed);
  });
});

function node(name: string, connections: Partial<Connections> = {}): Connections {
  return { name, peers: [], added: [], on: true, ...connections };
}
