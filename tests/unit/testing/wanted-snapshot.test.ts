import { describe, expect, it } from "vitest";

import { createPool, InvalidNetworkError } from "../../../testing/index.ts";
import type { SnapshotChoice } from "../../../testing/wanted-snapshot.ts";
import { wantedSnapshot } from "../../../testing/wanted-snapshot.ts";

const declared = {
  nodes: [{ name: "shop", zmqPort: "free" }, { name: "bob" }, { name: "miner", role: "miner" }],
  connect: "line",
  fund: [{ node: "shop", label: "till", amount: "12.5" }],
} as const satisfies SnapshotChoice;

const nameOf = async (choice: SnapshotChoice): Promise<string> =>
  (await wantedSnapshot(choice)).name;

async function problemsOf(choice: object): Promise<readonly string[]> {
  try {
    await wantedSnapshot(choice);
    return [];
  } catch (error) {
    if (error instanceof InvalidNetworkError) return error.problems;
    throw error;
  }
}

describe("a snapshot's name", () => {
  it("is that of the default chain, of a scenario, or of what is declared", async () => {
    expect(await nameOf({})).toMatch(/^default-[0-9a-f]{12}$/);
    expect(await nameOf({ scenario: "examples/scenario.ts" })).toMatch(/^scenario-[0-9a-f]{12}$/);
    expect(await nameOf(declared)).toMatch(/^kit-[0-9a-f]{12}$/);
    expect(await nameOf({ snapshot: "mine" })).toBe("mine");
  });

  it("is the same for the same declaration, however it is written", async () => {
    const pairs = [
      ["bob", "shop"],
      ["miner", "bob"],
    ] as const;
    const fund = [{ node: "shop", label: "till", amount: 12.5 }];
    const written = { ...declared, connect: pairs, fund, blocks: 101, mockTime: undefined };
    expect(await nameOf(written)).toBe(await nameOf(declared));
  });

  it.each<SnapshotChoice>([
    { blocks: 102 },
    { connect: "mesh" },
    { fund: [{ node: "shop", label: "till", amount: "12.50000001" }] },
    { mockTime: "2026-01-01" },
    { reproducible: false },
    { nodes: [{ name: "shop" }, ...declared.nodes.slice(1)] },
    { nodes: [{ ...declared.nodes[0], image: { core: "29.0" } }, ...declared.nodes.slice(1)] },
    {
      nodes: [{ ...declared.nodes[0], arguments: ["-maxmempool=20"] }, ...declared.nodes.slice(1)],
    },
    { scenario: "examples/scenario.ts" },
    { explorer: true },
  ])("changes with %j", async (changed) => {
    expect(await nameOf({ ...declared, ...changed })).not.toBe(await nameOf(declared));
  });
});

describe("a declaration that is wrong", () => {
  it.each<[object, readonly string[]]>([
    [
      { nodes: [{ name: "Bob" }], blocks: 3, scenario: "nowhere.ts" },
      [
        'nodes[0].name: "Bob" is not allowed; give at most 32 of a-z and 0-9, a letter first, with single "-" between them, and not localhost or auto-miner',
        "blocks: 3 is not allowed; give a whole number from 101 to 10000",
        'scenario: "nowhere.ts" is not usable; there is no such file',
      ],
    ],
    [
      { ...declared, fund: [{ node: "carol", label: "Carol", amount: 1 }] },
      ['fund[0].node: "carol" is not allowed; there is no such node; there are shop, bob, miner'],
    ],
    [
      {
        nodes: [
          { name: "bob", rpcPort: "free", p2pPort: 18444 },
          { name: "m", role: "miner" },
        ],
      },
      [
        'nodes[0].rpcPort: "free" is not allowed; a clone chooses a free port, which node.url has; leave it out',
        "nodes[0].p2pPort: 18444 is not allowed; give free: a clone chooses the port, which node.ports has",
      ],
    ],
    [
      { explorer: { node: "bob", ports: { http: 3000, electrum: "free" } } },
      [
        'explorer.node: "bob" is not allowed; there is no such node; there are alice, miner',
        "explorer.ports.http: 3000 is not allowed; a clone chooses a free port, which service.ports has; leave it out",
      ],
    ],
    [
      { rpcPassword: "secret", timeout: 60, autoMine: "10s" },
      [
        "rpcPassword: it is not allowed; a clone has its own credentials, which node.user and node.password have; leave it out",
        "timeout: 60 is not allowed; give timeoutMs",
        'autoMine: "10s" is not allowed; nothing mines by itself in a clone; leave it out, and call network.mine()',
      ],
    ],
    [{ conect: "ring" }, ["conect: there is no such option; did you mean connect?"]],
    [
      { nodes: 3 },
      ["nodes: 3 is not allowed; give a list of at most 1000 nodes, each with a name"],
    ],
  ])("is told in a line for each value, as by the configuration: %j", async (choice, lines) => {
    expect(await problemsOf(choice)).toEqual(lines);
  });

  it("is no snapshot's that has a name", async () => {
    await expect(wantedSnapshot({ snapshot: "mine", blocks: 102 })).rejects.toThrow(
      'snapshot "mine" and blocks: give either',
    );
  });

  it("is told before a pool starts anything", async () => {
    await expect(createPool({ blocks: 3 })).rejects.toThrow(InvalidNetworkError);
  });
});
