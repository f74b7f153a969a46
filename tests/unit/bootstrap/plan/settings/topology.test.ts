/** The keys `nodes`, `connect` and `fund`: what they mean, and what is refused with which words. */
import { describe, expect, it } from "vitest";

import { dialledBy } from "../../../../../bootstrap/nodes/peers.ts";
import {
  type NetworkPlan,
  readNetwork,
} from "../../../../../bootstrap/plan/settings/network-plan.ts";
import type { NetworkArgs } from "../../../../../bootstrap/plan/settings/network-schema.ts";
import { parseStructured } from "../../../../../network/config/structured.ts";
import { readExample } from "../../../../helpers/example.ts";

const three = [{ name: "alice" }, { name: "bob" }, { name: "miner", role: "miner" }];
const five = ["a", "b", "c", "d", "e"].map((name) => ({
  name,
  role: name === "a" ? "miner" : "peer",
}));

type Changed = Partial<Record<keyof NetworkArgs, unknown>>;

function problemsOf(changed: Changed): readonly string[] {
  return readNetwork(changed).problems;
}

function planOf(changed: Changed): NetworkPlan {
  const { plan, problems } = readNetwork(changed);
  if (plan === undefined) throw new Error(problems.join("\n"));
  return plan;
}

describe("nodes", () => {
  it("left empty are the walk-through's two, at their ports", () => {
    expect(planOf({})).toMatchObject({
      nodes: [
        { name: "alice", role: "peer", rpcPort: 18332, portKey: "aliceRpcPort" },
        { name: "miner", role: "miner", rpcPort: 18342, portKey: "minerRpcPort" },
      ],
      connect: [["alice", "miner"]],
    });
  });

  it("have the ports that they are given, that their names are known for, or none yet", () => {
    const nodes = [{ name: "alice" }, { name: "bob", rpcPort: 2 }, { name: "carol" }, three[2]];
    expect(planOf({ nodes }).nodes.map(({ rpcPort, portKey }) => [rpcPort, portKey])).toEqual([
      [18332, "aliceRpcPort"],
      [2, "nodes[1].rpcPort"],
      [undefined, "nodes[2].rpcPort"],
      [18342, "minerRpcPort"],
    ]);
  });

  it("publish what is asked for beside RPC", () => {
    const nodes = [
      ...three,
      { name: "dave", zmqPort: 28332, zmqTxPort: 1, p2pPort: "free", rest: true },
    ];
    expect(planOf({ nodes }).nodes.at(-1)).toMatchObject({
      ports: [
        { name: "p2p", port: undefined, key: "nodes[3].p2pPort" },
        { name: "zmq", port: 28332, key: "nodes[3].zmqPort" },
        { name: "zmqTx", port: 1, key: "nodes[3].zmqTxPort" },
      ],
      rest: true,
    });
  });

  it("have no images of their own when the stack starts from a snapshot", () => {
    const nodes = [...three, { name: "dave", image: { core: "29.0" } }];
    expect(problemsOf({ nodes, start: "snapshot", snapshot: "funded" })).toEqual([
      'nodes[3].image: {"core":"29.0"} is not allowed; start is snapshot, which has the nodes\' images; leave it out',
    ]);
  });

  it.each([
    "bitcoin/bitcoin",
    "bitcoin/bitcoin:29.0",
    "ghcr.io/a_b/c-d:1",
    "localhost:5000/bitcoind:x",
    `bitcoind@sha256:${"0".repeat(64)}`,
  ])("may be of the image %s", (external) => {
    const nodes = [...three, { name: "dave", image: { external } }];
    expect(problemsOf({ nodes })).toEqual([]);
  });

  it("may be one alone", () => {
    expect(planOf({ nodes: [{ name: "solo", role: "miner" }] })).toMatchObject({
      connect: [],
      fund: [],
    });
  });

  it.each<[unknown, string]>([
    ["alice", 'nodes: "alice" is not allowed; give a list of at most 1000 nodes, each with a name'],
    [
      Array.from({ length: 1001 }, (_, index) => ({ name: `n${index}` })),
      "nodes: a list of 1001 is not allowed; give a list of at most 1000 nodes, each with a name",
    ],
    [
      [...three, "dave"],
      'nodes[3]: "dave" is not allowed; give an object with name, role, image, host, rpcPort, p2pPort, zmqPort, zmqBlockPort, zmqTxPort, rest, wallets, arguments',
    ],
    [
      [...three, { name: "dave", rpcport: 1 }],
      "nodes[3].rpcport: 1 is not allowed; there is no such key; there are name, role, image, host, rpcPort, p2pPort, zmqPort, zmqBlockPort, zmqTxPort, rest, wallets, arguments",
    ],
    [
      [...three, { role: "peer" }],
      'nodes[3].name is required; give at most 32 of a-z and 0-9, a letter first, with single "-" between them, and not localhost or auto-miner',
    ],
    [
      [...three, { name: "bob" }],
      'nodes[3].name: "bob" is not allowed; nodes[1] has the same; give each its own',
    ],
    [
      [...three, { name: "dave", role: "wallet" }],
      'nodes[3].role: "wallet" is not allowed; give miner or peer',
    ],
    [[{ name: "alice" }], "nodes: nobody mines; give one node the role miner"],
    [
      [...three, { name: "dave", role: "miner" }],
      'nodes[3].role: "miner" is not allowed; nodes[2] mines already; one node does, the others are peers',
    ],
    [
      [...three, { name: "dave", image: "alpine" }],
      'nodes[3].image: "alpine" is not allowed; give debian, or an object with core or external',
    ],
    [
      [...three, { name: "dave", image: { core: 29.1 } }],
      'nodes[3].image.core: 29.1 is not allowed; give a version in quotes, such as "29.0"',
    ],
    [
      [...three, { name: "dave", image: { core: "latest" } }],
      'nodes[3].image.core: "latest" is not allowed; give a version in quotes, such as "29.0"',
    ],
    [
      [...three, { name: "dave", image: { external: "a b" } }],
      'nodes[3].image.external: "a b" is not allowed; give the reference of an image',
    ],
    [
      [...three, { name: "dave", image: { build: "." } }],
      'nodes[3].image.build: "." is not allowed; there is no such key; there are core, external',
    ],
    [
      [...three, { name: "dave", rpcPort: 65536 }],
      "nodes[3].rpcPort: 65536 is not allowed; give a port from 1 to 65535, or free",
    ],
    [
      [...three, { name: "dave", rpcPort: 18342 }],
      "nodes[3].rpcPort: 18342 is not allowed; minerRpcPort is the same; give each node a port of its own",
    ],
    [
      [...three, { name: "dave", p2pPort: "any" }],
      'nodes[3].p2pPort: "any" is not allowed; give a port from 1 to 65535, or free',
    ],
    [
      [...three, { name: "dave", rpcPort: 5, zmqPort: 5 }],
      "nodes[3].zmqPort: 5 is not allowed; nodes[3].rpcPort is the same; give each node a port of its own",
    ],
    [
      [...three, { name: "dave", rest: "yes" }],
      'nodes[3].rest: "yes" is not allowed; give true or false',
    ],
    [
      [...three, { name: "dave", wallets: "savings" }],
      'nodes[3].wallets: "savings" is not allowed; give a list of names',
    ],
    [
      [...three, { name: "dave", wallets: ["a/b"] }],
      'nodes[3].wallets[0]: "a/b" is not allowed; give at most 64 of A-Z, a-z and 0-9, with ".", "_" or "-" between them',
    ],
    [
      [...three, { name: "dave", wallets: ["dave"] }],
      'nodes[3].wallets[0]: "dave" is not allowed; every node has a wallet of its own name already',
    ],
    [
      [...three, { name: "dave", wallets: ["a", "a"] }],
      'nodes[3].wallets[1]: "a" is not allowed; it is in the list already',
    ],
    [
      [...three, { name: "dave", arguments: ["-maxmempool=5", "maxmempool=5"] }],
      'nodes[3].arguments[1]: "maxmempool=5" is not allowed; give it as bitcoind takes it, -name or -name=value',
    ],
    [
      [...three, { name: "dave", arguments: ["-rpcauth=x"] }],
      'nodes[3].arguments[0]: "-rpcauth=x" is not allowed; -rpcauth is the project\'s own to set',
    ],
    [
      [...three, { name: "dave", arguments: ["-nolisten"] }],
      'nodes[3].arguments[0]: "-nolisten" is not allowed; -listen is the project\'s own to set',
    ],
  ])("of %j are refused", (nodes, message) => {
    expect(problemsOf({ nodes })).toEqual([message]);
  });

  it.each([
    "Alice",
    "1st",
    "a--b",
    "a-",
    "-a",
    "a_b",
    "a.b",
    "a b",
    "(a)",
    "localhost",
    "auto-miner",
    "a".repeat(33),
  ])("are refused the name %j", (name) => {
    expect(problemsOf({ nodes: [...three, { name }] })).toEqual([
      expect.stringMatching(/^nodes\[3\]\.name: ".*" is not allowed; give at most 32 of a-z/),
    ]);
  });

  it.each(["a", "n1", "lnd-1", "a-b-c", "a".repeat(32)])("may be called %j", (name) => {
    expect(problemsOf({ nodes: [...three, { name }] })).toEqual([]);
  });

  it("are all told what is wrong with them at once", () => {
    const nodes = [{ name: "A" }, { name: "b", role: "x", rpcPort: 0 }];
    expect(problemsOf({ nodes })).toHaveLength(3);
  });
});

describe("connect", () => {
  it.each<[unknown, string]>([
    ["mesh", "ab ac ad ae bc bd be cd ce de"],
    ["line", "ab bc cd de"],
    ["ring", "ab bc cd de ae"],
    ["star", "ab ac ad ae"],
    [
      [
        ["e", "a"],
        ["b", "a"],
        ["c", "e"],
        ["d", "c"],
      ],
      "ae ab ce cd",
    ],
  ])("%j", (connect, expected) => {
    const edges = planOf({ nodes: five, connect }).connect;
    expect(edges.map((edge) => edge.join("")).join(" ")).toBe(expected);
  });

  it.each([
    [1, "ring", 0],
    [2, "ring", 1],
    [3, "ring", 3],
    [1, "star", 0],
    [1, "line", 0],
  ])("of %i nodes as a %s has %i connections", (count, connect, edges) => {
    expect(planOf({ nodes: five.slice(0, count), connect }).connect).toHaveLength(edges);
  });

  it("lets a node dial those before it alone, so that a further one changes nothing about them", () => {
    for (const connect of ["mesh", "line", "star"]) {
      const before = planOf({ nodes: five.slice(0, 4), connect }).connect;
      const after = planOf({ nodes: five, connect }).connect;
      for (const { name } of five.slice(0, 4)) {
        expect(dialledBy(name, after)).toEqual(dialledBy(name, before));
      }
      expect(dialledBy("a", after)).toEqual([]);
    }
    const mesh = planOf({ nodes: five }).connect;
    expect(dialledBy("e", mesh)).toEqual(["a", "b", "c", "d"]);
  });

  it("at random are the same everywhere: eight that each node dials, none of them later in the list", () => {
    const nodes = Array.from({ length: 40 }, (_, index) => ({
      name: `n${index}`,
      role: index === 0 ? "miner" : "peer",
    }));
    const edges = planOf({ nodes, connect: "random" }).connect;
    const dialled = nodes.map(({ name }) => dialledBy(name, edges));
    expect(dialled.map(({ length }) => length)).toEqual(
      nodes.map((_, index) => Math.min(index, 8)),
    );
    expect(new Set(edges.map((edge) => edge.join(" "))).size).toBe(edges.length);
    expect(dialled[20]).toEqual(["n9", "n5", "n8", "n17", "n10", "n16", "n2", "n13"]);
    // Not the nearest, and not always the first ones.
    expect(new Set(dialled.slice(30).flat()).size).toBeGreaterThan(25);
    const fewer = planOf({ nodes: nodes.slice(0, 39), connect: "random" }).connect;
    expect(edges.filter(([, to]) => to !== "n39")).toEqual(fewer);
  });

  describe("of many nodes", () => {
    const problemsWith = (count: number, connect: string, table: number): readonly string[] => {
      const names = Array.from({ length: count - 1 }, (_, index) => ({ name: `n${index}` }));
      const nodes = [{ name: "miner", role: "miner" }, ...names];
      return readNetwork({ nodes, connect }, { neighbours: table }).problems;
    };

    it.each([
      [31, "mesh", 1024],
      [100, "star", 1024],
      [100, "ring", 1024],
      [40, "mesh", 2048],
      [249, "star", 1024],
      [59, "random", 1024],
      [229, "random", 4096],
    ])("are as many as the kernel has room for: %i as a %s with %i", (count, connect, table) => {
      expect(problemsWith(count, connect, table)).toEqual([]);
    });

    it.each([
      [32, 496, 465, 1024],
      [40, 780, 457, 1024],
      [100, 4950, 1933, 4096],
    ])("are refused beyond: %i", (count, edges, most, table) => {
      expect(problemsWith(count, "mesh", table)).toEqual([
        `connect: ${edges} connections between ${count} nodes are more than the ${most} that this machine's ` +
          `kernel has room for (net.ipv4.neigh.default.gc_thresh3 is ${table}); connect fewer, as a ring or a ` +
          "star does, or raise that setting",
      ]);
    });
  });

  it.each<[unknown, string]>([
    [
      "tree",
      'connect: "tree" is not allowed; give mesh, line, ring, star, random, or a list of pairs of names',
    ],
    [
      "toString",
      'connect: "toString" is not allowed; give mesh, line, ring, star, random, or a list of pairs of names',
    ],
    [["alice"], 'connect[0]: "alice" is not allowed; give the names of two nodes'],
    [
      [["alice", "bob", "miner"]],
      'connect[0]: ["alice","bob","miner"] is not allowed; give the names of two nodes',
    ],
    [
      [["alice", "carol"]],
      'connect[0]: ["alice","carol"] is not allowed; there is no node "carol"; there are alice, bob, miner',
    ],
    [[["bob", "bob"]], 'connect[0]: ["bob","bob"] is not allowed; no node is connected to itself'],
    [
      [
        ["alice", "bob"],
        ["bob", "miner"],
        ["bob", "alice"],
      ],
      'connect[2]: ["bob","alice"] is not allowed; another one is the same pair',
    ],
    [
      [["bob", "miner"]],
      "connect: bob, miner cannot be reached from alice; connect every node, over others or directly",
    ],
  ])("%j is refused", (connect, message) => {
    expect(problemsOf({ nodes: three, connect })).toEqual([message]);
  });
});

describe("fund", () => {
  it("left empty pays Alice, if there is a node alice that does not mine", () => {
    const alice = [{ node: "alice", label: "Alice", amount: 3_000_000_000n }];
    expect(planOf({ nodes: three }).fund).toEqual(alice);
    expect(planOf({ nodes: five }).fund).toEqual([]);
    expect(planOf({ nodes: [{ name: "alice", role: "miner" }] }).fund).toEqual([]);
  });

  it("pays in order, in texts or numbers", () => {
    const fund = [
      { node: "bob", label: "Bob", amount: 0.1 },
      { node: "alice", label: "rent", amount: "12.5" },
    ];
    expect(planOf({ nodes: three, fund }).fund).toEqual([
      { node: "bob", label: "Bob", amount: 10_000_000n },
      { node: "alice", label: "rent", amount: 1_250_000_000n },
    ]);
  });

  it("may spend what is mined to the last coin, and the change of earlier payments", () => {
    const pay = (...amounts: string[]) =>
      amounts.map((amount, index) => ({ node: "alice", label: `n${index}`, amount }));
    expect(problemsOf({ fund: pay("30", "19.9") })).toEqual([]);
    expect(problemsOf({ fund: pay("30", "30") })).toEqual([
      'fund[1].amount: "30" is not allowed; after 101 blocks and the payments before it at most 19.99997040 BTC can be spent, the fee taken off; raise blocks',
    ]);
    expect(problemsOf({ fund: pay("30", "30"), blocks: 102 })).toEqual([]);
    expect(problemsOf({ fund: pay("50") })).toEqual([
      'fund[0].amount: "50" is not allowed; after 101 blocks at most 49.99998520 BTC can be spent, the fee taken off; raise blocks',
    ]);
    expect(problemsOf({ fund: pay("49.9999852", "0.1") })).toEqual([
      'fund[1].amount: "0.1" is not allowed; after 101 blocks and the payments before it at most 0.00000000 BTC can be spent, the fee taken off; raise blocks',
    ]);
  });

  it("does not hang more payments on each other than a mempool takes", () => {
    const fund = Array.from({ length: 26 }, (_, index) => ({
      node: "alice",
      label: `n${index}`,
      amount: "1",
    }));
    expect(problemsOf({ fund: fund.slice(0, 25) })).toEqual([]);
    expect(problemsOf({ fund })).toEqual([
      'fund[25].amount: "1" is not allowed; too many payments hang on each other in one block; raise blocks, so that more coins mature',
    ]);
    expect(problemsOf({ fund, blocks: 102 })).toEqual([]);
  });

  it.each<[unknown, string]>([
    [
      "alice",
      'fund: "alice" is not allowed; give a list of payments, each with node, label, amount',
    ],
    [
      [["alice", "Alice", 1]],
      'fund[0]: ["alice","Alice",1] is not allowed; give an object with node, label, amount',
    ],
    [
      [{ node: "carol", label: "Carol", amount: "1" }],
      'fund[0].node: "carol" is not allowed; there is no such node; there are alice, bob, miner',
    ],
    [
      [{ node: "miner", label: "Miner", amount: "1" }],
      'fund[0].node: "miner" is not allowed; it is the node that mines and pays',
    ],
    [
      [{ node: "bob", label: "*", amount: "1" }],
      'fund[0].label: "*" is not allowed; give 1 to 64 printable ASCII characters, no space at either end, and not *',
    ],
    [
      [{ node: "bob", label: "Bob", amount: -1 }],
      "fund[0].amount: -1 is not allowed; give an amount above 0",
    ],
    [
      [{ node: "bob", label: "Bob" }],
      "fund[0].amount is required; give an amount in BTC with at most 8 places",
    ],
    [
      [{ node: "bob", label: "Bob", amount: 0.000000001 }],
      "fund[0].amount: 1e-9 is not allowed; give an amount in BTC with at most 8 places",
    ],
    [
      [
        { node: "bob", label: "Bob", amount: 1 },
        { node: "bob", label: "Bob", amount: 1 },
      ],
      'fund[1].label: "Bob" is not allowed; fund[0] pays the same; give it another',
    ],
  ])("%j is refused", (fund, message) => {
    expect(problemsOf({ nodes: three, fund })).toEqual([message]);
  });
});

describe("parseStructured", () => {
  it.each([
    ['[{"name":"alice"}]', [{ name: "alice" }]],
    ["[]", []],
    ["ring", "ring"],
    ["[{", "[{"],
  ])("reads %j as %j", (text, value) => {
    expect(parseStructured(text)).toEqual(value);
  });
});

describe("the stack files in examples/", () => {
  it("have the default among them", async () => {
    const { nodes, ...others } = planOf(await readExample("default"));
    const { nodes: expected, ...otherDefaults } = planOf({});
    const withoutKeys = (list: NetworkPlan["nodes"]) =>
      list.map((node) => ({ ...node, portKey: "" }));
    expect(withoutKeys(nodes)).toEqual(withoutKeys(expected));
    expect(others).toEqual(otherDefaults);
  });

  it.each([
    ["three", 3, 3],
    ["ring", 10, 10],
  ])("have %s with %i nodes and %i connections", async (name, nodes, edges) => {
    const plan = planOf(await readExample(name));
    expect(plan.nodes).toHaveLength(nodes);
    expect(plan.nodes.every(({ rpcPort }) => rpcPort !== undefined)).toBe(true);
    expect(plan.connect).toHaveLength(edges);
  });
});
