import { describe, expect, it } from "vitest";

import { type Edge, fullMesh, type SeenPeer } from "../../../../bootstrap/nodes/peers.ts";
import { envLines } from "../../../../cli/text/paste.ts";
import { connections, otherPeers } from "../../../../bootstrap/status/connections.ts";
import { drawing } from "../../../../cli/text/drawing.ts";
import { plain } from "../../../../cli/text/paint.ts";
import type {
  NetworkDeclaration,
  NodeStatus,
  StatusReport,
} from "../../../../bootstrap/status/report.ts";
import { age } from "../../../../cli/text/age.ts";
import { statusText } from "../../../../cli/text/status-text.ts";

const tip = "57b7f3cf1ab530536dd814ed969cca5f29e2cd09ed636a7b0d52b0a1890f8915";

function node(name: string, more: Partial<NodeStatus> = {}): NodeStatus {
  const wallet = { name, spendable: "30.00000000", immature: "0.00000000", pending: "0.00000000" };
  return {
    ...{ name, role: "peer", container: name, endpoint: "http://127.0.0.1:18332", ports: {} },
    ...{ state: "running", height: 107, tip, behind: 0, peers: 1, mempool: 0, wallets: [wallet] },
    ...more,
  };
}

function stopped(name: string, state = "exited"): NodeStatus {
  const { role, container, endpoint, ports } = node(name);
  return { name, role, container, endpoint, ports, state };
}

function sees(name: string | undefined, inbound: boolean): SeenPeer {
  return { name, inbound, agent: `/Satoshi:29.0.0(${name ?? "x"})/`, address: "172.18.0.9:18444" };
}

/** What nodes see that are connected so; the second of each pair has dialled. */
function seenBy(names: readonly string[], edges: readonly Edge[], silent: readonly string[] = []) {
  return new Map(
    names.map((name) => [
      name,
      silent.includes(name)
        ? undefined
        : edges.flatMap(([a, b]) =>
            a === name ? [sees(b, true)] : b === name ? [sees(a, false)] : [],
          ),
    ]),
  );
}

function drawn(
  names: readonly string[],
  declared: readonly Edge[],
  made: readonly Edge[],
  { silent = [], width = 60 }: { silent?: readonly string[]; width?: number } = {},
): string[] {
  const seen = seenBy(names, made, silent);
  const nodes = names.map((name) => (silent.includes(name) ? stopped(name) : node(name)));
  return drawing(
    { nodes, connections: connections(names, declared, seen), otherPeers: otherPeers(seen) },
    width,
    plain,
  );
}

describe("connections", () => {
  const pair: Edge[] = [["a", "b"]];

  it("say who dialled, each of the two or both", () => {
    const dialled = (a: readonly SeenPeer[], b: readonly SeenPeer[]) =>
      connections(
        ["a", "b"],
        pair,
        new Map([
          ["a", a],
          ["b", b],
        ]),
      )[0]?.dialledBy;
    expect(dialled([sees("b", false)], [sees("a", true)])).toEqual(["a"]);
    expect(dialled([sees("b", true)], [sees("a", false)])).toEqual(["b"]);
    const both = [false, true];
    expect(
      dialled(
        both.map((i) => sees("b", i)),
        both.map((i) => sees("a", i)),
      ),
    ).toEqual(["a", "b"]);
  });

  it.each([
    ["connected", pair, []],
    ["missing", [], []],
    ["connected", pair, ["a"]],
    ["missing", [], ["a"]],
    ["unknown", pair, ["a", "b"]],
  ] as const)("are %s, with %j made and %j silent", (state, made, silent) => {
    expect(connections(["a", "b"], pair, seenBy(["a", "b"], made, silent))).toMatchObject([
      { nodes: ["a", "b"], declared: true, state },
    ]);
  });

  it("are cut where neither is to dial the other any more", () => {
    const seen = seenBy(["a", "b"], []);
    const states = [["a"], []].map((dials) => {
      const byName = new Map([
        ["a", []],
        ["b", dials],
      ]);
      return connections(["a", "b"], pair, seen, byName)[0]?.state;
    });
    expect(states).toEqual(["missing", "cut"]);
  });

  it("are half where one of two does not see the other", () => {
    const seen = new Map([
      ["a", [sees("b", true)]],
      ["b", []],
    ]);
    expect(connections(["a", "b"], pair, seen)).toMatchObject([{ state: "half", seenBy: ["a"] }]);
  });
});

describe("the drawing", () => {
  it("of two nodes is a line with an arrow from who dialled", () => {
    expect(drawn(["alice", "miner"], [["alice", "miner"]], [["alice", "miner"]])).toEqual([
      "alice ◀── miner",
    ]);
  });

  it("of a mesh of four has each pair once", () => {
    const names = ["alice", "bob", "carol", "miner"];
    expect(drawn(names, fullMesh(names), fullMesh(names))).toEqual([
      "alice ┬ ◀── bob",
      "      ├ ◀── carol",
      "      └ ◀── miner",
      "bob   ┬ ◀── carol",
      "      └ ◀── miner",
      "carol ─ ◀── miner",
    ]);
  });

  it("tells what is missing and why, and what nobody declared", () => {
    const names = ["alice", "bob", "carol"];
    const declared: Edge[] = [
      ["alice", "bob"],
      ["bob", "carol"],
    ];
    expect(drawn(names, declared, [["alice", "carol"]], { silent: ["carol"] })).toEqual([
      "alice ┬ ╌╌╌ bob   missing",
      "      └ ◀── carol   not declared",
      "bob   ─ ╌╌╌ carol   missing (carol: exited)",
    ]);
  });

  it("tells of nodes of which nobody knows, and of those that are alone", () => {
    expect(drawn(["a", "b"], [["a", "b"]], [], { silent: ["a", "b"] })).toEqual([
      "a ??? b   unknown: neither answers",
    ]);
    const seen = new Map([["a", []]]);
    const alone = [node("a", { peers: 0 })];
    expect(
      drawing(
        { nodes: alone, connections: connections(["a"], [], seen), otherPeers: [] },
        60,
        plain,
      ),
    ).toEqual(["a   alone"]);
  });

  it("tells of peers that are no nodes", () => {
    const seen = new Map([["a", [sees(undefined, true)]]]);
    const report = { nodes: [node("a")], connections: [], otherPeers: otherPeers(seen) };
    expect(drawing(report, 80, plain)).toEqual([
      "a ◀── /Satoshi:29.0.0(x)/ at 172.18.0.9:18444, outside the stack",
    ]);
  });

  it("of many nodes counts what is as declared, and draws the rest alone", () => {
    const names = Array.from({ length: 25 }, (_, index) => `n${index}`);
    const mesh = fullMesh(names);
    expect(drawn(names, mesh, mesh)).toEqual([
      "25 nodes, 300 of 300 declared connections (every pair)",
    ]);
    const lines = drawn(names, mesh, mesh.slice(1));
    expect(lines).toEqual([
      "25 nodes, 299 of 300 declared connections (every pair)",
      "n0 ╌╌╌ n1   missing",
    ]);
    const few = drawn(names, mesh, []);
    expect(few).toHaveLength(18);
    expect(few.at(-1)).toBe("… and 284 more: --json has all");
  });

  it("is cut at the width", () => {
    const long = "a-name-of-thirty-two-characters-x";
    const [line = ""] = drawn([long, `${long}y`], [[long, `${long}y`]], []);
    expect(line).toHaveLength(60);
    expect(line.endsWith("…")).toBe(true);
  });
});

const report: StatusReport = {
  stack: "dev",
  time: "2025-01-01T03:00:00.000Z",
  height: 107,
  declared: { height: 107, tip },
  minedSince: 0,
  freshBlock: null,
  nodes: [node("alice"), node("miner", { endpoint: "http://127.0.0.1:18342", mempool: 3 })],
  services: [],
  connections: connections(
    ["alice", "miner"],
    [["alice", "miner"]],
    seenBy(["alice", "miner"], [["alice", "miner"]]),
  ),
  otherPeers: [],
  snapshots: [
    {
      ...{ name: "dev", height: 107, created: "2025-01-01T00:00:00.000Z", bytes: 61_900_000 },
      ...{ nodes: ["alice", "miner"], goesWithStack: true },
    },
  ],
  drift: [],
  byHand: [],
};

describe("the text", () => {
  const text = (width: number, more: Partial<StatusReport> = {}): string =>
    statusText({ ...report, ...more }, width, plain);

  it("of a network that is as declared, on 80 columns", () => {
    expect(text(80)).toBe(
      [
        "Stack dev",
        "Height 107",
        "",
        "node   state    height  tip               peers  mempool  endpoint",
        "alice  running     107  57b7f3cf1ab53053      1        0  http://127.0.0.1:18332",
        "miner  running     107  57b7f3cf1ab53053      1        3  http://127.0.0.1:18342",
        "",
        "wallet    spendable",
        "alice   30.00000000",
        "miner   30.00000000",
        "",
        "alice ◀── miner",
        "",
        "snapshot  height    MB  taken",
        "dev          107  61.9  3 hours ago  goes with the stack",
        "",
        "Everything is as declared.",
      ].join("\n"),
    );
  });

  it("has a shorter tip and the port alone on 60 columns", () => {
    expect(text(60).split("\n").slice(3, 5)).toEqual([
      "node   state    height  tip       peers  mempool  endpoint",
      "alice  running     107  57b7f3cf      1        0  :18332",
    ]);
  });

  it("has the whole tip where there is room", () => {
    expect(text(140)).toContain(` ${tip} `);
  });

  it("tells which node is stopped, which is behind and which does not answer", () => {
    const nodes = [
      stopped("alice"),
      node("bob", { height: 105, behind: 2 }),
      { ...stopped("carol", "running"), problem: "getblockchaininfo: no answer within 3 s" },
      node("miner"),
    ];
    const lines = text(60, { nodes, drift: ["alice: its container is exited"] }).split("\n");
    expect(lines).toContain("2 blocks behind: bob.");
    expect(lines).toContain("alice  exited            -  -           -        -  :18332");
    expect(lines).toContain("bob    running    105 (-2)  57b7f3      1        0  :18332");
    expect(lines).toContain("carol  no answer         -  -           -        -  :18332");
    expect(lines).toContain("carol: getblockchaininfo: no answer within 3 s");
    expect(lines.slice(-3)).toEqual([
      "Not as declared:",
      "  alice: its container is exited",
      "npm run up -- --stack dev fixes it.",
    ]);
  });

  it("promises nothing of what no update fixes", () => {
    const byHand = ["bob: getblockchaininfo: HTTP 403", "carol: its container ended:\nError"];
    const drift = ["alice: its container is exited", ...byHand];
    expect(text(80, { drift, byHand }).split("\n").slice(-7)).toEqual([
      "Not as declared:",
      "  alice: its container is exited",
      "npm run up -- --stack dev fixes it.",
      "Not as declared, and npm run up cannot fix it:",
      "  bob: getblockchaininfo: HTTP 403",
      "  carol: its container ended:",
      "    Error",
    ]);
    expect(text(80, { drift: byHand, byHand })).not.toContain("fixes it");
  });

  it("tells what was cut on purpose, and not as something that an update fixes", () => {
    const cut = { declared: true, state: "cut", dialledBy: [], seenBy: [] } as const;
    const told = text(80, { connections: [{ nodes: ["alice", "miner"], ...cut }] });
    expect(told).toContain("alice ╌╌╌ miner   cut on purpose");
    expect(told.split("\n").slice(-3)).toEqual([
      "Cut on purpose, by partition or disconnect:",
      "  alice and miner",
      "npm run join -- --stack dev connects them again.",
    ]);
    expect(told).not.toMatch(/as declared|fixes it/);
  });

  it("tells of a block that is on top for its time", () => {
    const freshBlock = { height: 108, hash: "00".repeat(32), time: "2026-08-01T12:00:00Z" };
    const lines = text(80, { height: 108, minedSince: 1, freshBlock }).split("\n");
    expect(lines.slice(1, 3)).toEqual([
      "Height 108: 1 block on top of the declared 107",
      "Block 108, of 2026-08-01T12:00:00Z, was mined for its time (freshBlock).",
    ]);
  });

  it("counts the blocks on top, and tells of clocks that stand still and of forks", () => {
    const other = { height: 110, mockTime: "2025-01-01T12:00:00Z" };
    const fork = { height: 109, behind: 1, forkedAt: 107, tip: "00".repeat(32) };
    const forked = ["b", "c", "d", "e", "f"].map((name) => node(name, fork));
    const nodes = [node("alice", other), ...forked, node("miner", { height: 110 })];
    const lines = text(80, { nodes, height: 110, minedSince: 3 }).split("\n");
    expect(lines.slice(1, 4)).toEqual([
      "Height 110: 3 blocks on top of the declared 107",
      "On a fork above height 107, with 2 blocks: b, c, d, e and 1 more.",
      "Clocks stand still at 2025-01-01T12:00:00Z.",
    ]);
    expect(lines.find((line) => line.startsWith("b "))).toContain("109 (-1, fork)");
  });

  describe("where there is little room", () => {
    const names = Array.from({ length: 10 }, (_, index) => `n${index}`);
    const ring = names.map((name, index): Edge => [name, names[(index + 1) % 10] ?? ""]);
    const ten = {
      nodes: names.map((name) => node(name)),
      connections: connections(names, ring, seenBy(names, ring)),
    };
    const lines = (more: Partial<StatusReport>, rows: number): string[] =>
      statusText({ ...report, ...ten, ...more }, 80, plain, rows).split("\n");

    it("has ten nodes, their connections and what is not as declared on 24 rows", () => {
      const drift = ["n3: it is not connected to n4"];
      const seen = seenBy(
        names,
        ring.filter((_, index) => index !== 3),
      );
      const found = lines({ connections: connections(names, ring, seen), drift }, 23);
      expect(found.length).toBeLessThanOrEqual(23);
      for (const name of names) {
        expect(
          found.filter((line) => line.startsWith(`${name} `) && line.includes("running")),
        ).toHaveLength(1);
      }
      expect(found).toContain("10 nodes, 9 of 10 declared connections");
      expect(found).toContain("n3 ╌╌╌ n4   missing");
      expect(found).toContain("  n3: it is not connected to n4");
      expect(found.at(-1)).toBe("Shortened: npm run status shows everything.");
    });

    it("has all where all has room", () => {
      expect(lines({}, 100)).toEqual(lines({}, Infinity));
      expect(lines({}, 100)).not.toContain("Shortened: npm run status shows everything.");
    });

    it("has of very many nodes those first that are not as the others", () => {
      const many = Array.from({ length: 60 }, (_, index) => node(`n${index}`));
      many[50] = stopped("n50");
      const found = lines(
        { nodes: many, connections: [], drift: ["n50: its container is exited"] },
        23,
      );
      expect(found.length).toBeLessThanOrEqual(23);
      expect(found.some((line) => /^n50 +exited/.test(line))).toBe(true);
      expect(found).toContain("  n50: its container is exited");
      expect(
        found.some((line) => /^… and \d+ more, all running, at the highest height$/.test(line)),
      ).toBe(true);
    });

    it("shortens at last what is not as declared", () => {
      const drift = names.flatMap((name) => [`${name}: its container is exited`, `${name}: x`]);
      const found = lines({ nodes: names.map((name) => stopped(name)), drift }, 23);
      expect(found.length).toBeLessThanOrEqual(23);
      expect(found.some((line) => /^… and \d+ more lines$/.test(line))).toBe(true);
    });
  });

  it("has a column for what is immature or pending, where something is", () => {
    const zero = { immature: "0.00000000", pending: "0.00000000" };
    const wallets = [
      { ...zero, name: "alice", spendable: "30.00000000", immature: "50.00000000" },
      { ...zero, name: "sa\u001bvings", spendable: "0.00000000" },
    ];
    expect(text(60, { nodes: [node("alice", { wallets })] })).toContain(
      [
        "wallet                 spendable     immature",
        "alice                30.00000000  50.00000000",
        "alice/sa\\u001bvings   0.00000000",
      ].join("\n"),
    );
  });

  it("says on which host nodes and services are", () => {
    const ports = { web: "http://10.0.0.2:20001" };
    const shop = {
      ...{ name: "shop", host: "two", container: "shop" },
      state: "running",
      up: true,
    };
    const shown = text(100, {
      nodes: [node("alice", { host: "one" })],
      services: [{ ...shop, ports }],
    });
    expect(shown).toMatch(/^node +host +state/m);
    expect(shown).toMatch(/^alice +one +/m);
    expect(shown).toMatch(/^shop {2}running on two {2}http:\/\/10\.0\.0\.2:20001$/m);
  });

  it("has no control characters, whatever nodes call themselves or say", () => {
    const hostile = "\u001b]0;title\u0007\u009b2J\r";
    const wallets = [
      { name: hostile, spendable: "0.00000000", immature: "0.00000000", pending: "0.00000000" },
    ];
    const nodes = [node("alice", { version: hostile, problem: hostile, wallets })];
    expect(text(80, { nodes, drift: [hostile] })).not.toMatch(
      /[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/,
    );
  });

  it("never has a line that is longer than the width", () => {
    const long = "a-name-of-thirty-two-characters";
    const names = [long, `${long}x`];
    const nodes = names.map((name) => node(name, { behind: 12, height: 10_000, state: "running" }));
    const seen = seenBy(names, []);
    const connected = connections(names, [[long, `${long}x`]], seen);
    const lines = text(60, { nodes, connections: connected }).split("\n");
    expect(lines.filter((line) => line.length > 60)).toEqual([]);
  });
});

describe("age", () => {
  it.each([
    [-5_000, "0 seconds ago"],
    [59_400, "59 seconds ago"],
    [60_000, "1 minute ago"],
    [7_199_000, "1 hour ago"],
    [10 * 86_400_000, "10 days ago"],
  ])("%d ms are %s", (ms, text) => {
    expect(age(ms)).toBe(text);
  });
});

describe("envLines", () => {
  const stack: NetworkDeclaration = {
    ...{ name: "dev", id: "1", rpcUser: "user", rpcPassword: "it's a $ecret" },
    ...{
      services: [],
      freshBlock: false,
      connect: [],
      chain: undefined,
      snapshots: {},
      pending: 0,
    },
    nodes: [
      {
        ...{ name: "my-node", role: "peer", wallets: [], container: "x" },
        endpoint: "http://127.0.0.1:18332",
        ports: { zmq: "tcp://127.0.0.1:28332", zmqTx: "tcp://127.0.0.1:28334" },
      },
    ],
  };

  it("have the password when it is asked for", () => {
    expect(envLines(stack, true).split("\n")).toEqual([
      "RPC_USER=user",
      "RPC_PASSWORD='it'\\''s a $ecret'",
      "MY_NODE_RPC_URL=http://127.0.0.1:18332",
      "MY_NODE_ZMQ=tcp://127.0.0.1:28332",
      "MY_NODE_ZMQ_TX=tcp://127.0.0.1:28334",
      "",
    ]);
  });

  it("have it not otherwise, and say how to get it", () => {
    const text = envLines(stack, false);
    expect(text).not.toContain("ecret'");
    expect(text).toContain("# RPC_PASSWORD: --show-secrets adds it");
  });
});
