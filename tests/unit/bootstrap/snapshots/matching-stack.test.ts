/** Which stacks a snapshot can be the start of, and the config of one that it can. */
import { describe, expect, it } from "vitest";

import {
  type DeclaredNetwork,
  mismatches,
} from "../../../../bootstrap/snapshots/matching-stack.ts";
import { readManifest } from "../../../../bootstrap/snapshots/manifest.ts";
import type { Manifest } from "../../../../bootstrap/snapshots/manifest-schema.ts";
import { portArguments } from "../../../../bootstrap/nodes/node-ports.ts";
import { networkOf } from "../../../../bootstrap/snapshots/network-of-snapshot.ts";
import { readNetwork } from "../../../../bootstrap/plan/settings/network-plan.ts";
import { madeSnapshot } from "../../../helpers/snapshot-archive.ts";

async function manifestOf(changed: Partial<Manifest>): Promise<Manifest> {
  const [image] = await madeSnapshot("funded", "", ["alice", "bob", "miner"]);
  const manifest = readManifest(image?.labels ?? {}, "");
  const nodes = manifest.nodes.map((node) => ({
    ...node,
    role: node.name === "miner" ? ("miner" as const) : ("peer" as const),
  }));
  const wallets = { bob: { bob: "0", savings: "0" } };
  return {
    ...manifest,
    nodes,
    facts: { ...manifest.facts, wallets },
    connect: [
      ["alice", "bob"],
      ["bob", "miner"],
    ],
    ...changed,
  };
}

const fitting: DeclaredNetwork = {
  nodes: [
    { name: "bob", role: "peer", wallets: ["savings"] },
    { name: "miner", role: "miner", wallets: [] },
    { name: "alice", role: "peer", wallets: [] },
  ],
  connect: [
    ["bob", "miner"],
    ["bob", "alice"],
  ],
};

describe("mismatches", () => {
  it("are none when nodes and connections are the same in another order", async () => {
    expect(mismatches(fitting, await manifestOf({}))).toEqual([]);
  });

  it.each<[string, DeclaredNetwork, string]>([
    [
      "a node",
      { ...fitting, nodes: fitting.nodes.slice(1) },
      "it has the nodes alice, bob, miner (miner), this network alice, miner (miner)",
    ],
    [
      "who mines",
      {
        ...fitting,
        nodes: fitting.nodes.map((node) => ({
          ...node,
          role: node.name === "bob" ? "miner" : "peer",
        })),
      },
      "it has the nodes alice, bob, miner (miner), this network alice, bob (miner), miner",
    ],
    [
      "a connection",
      { ...fitting, connect: [...fitting.connect, ["alice", "miner"]] },
      "it has the connections alice - bob, bob - miner, this network alice - bob, alice - miner, bob - miner",
    ],
    [
      "a wallet",
      {
        ...fitting,
        nodes: fitting.nodes.map((node) => ({ ...node, wallets: ["savings"] })),
      },
      "it has no wallets savings, savings",
    ],
  ])("are told by %s", async (_what, declared, line) => {
    expect(mismatches(declared, await manifestOf({}))).toEqual([line]);
  });
});

describe("networkOf", () => {
  it("gives a stack that fits, with the arguments that were a person's own", async () => {
    const manifest = await manifestOf({});
    const given = ["-uacomment=bob", "-addnode=alice", "-maxmempool=20"];
    const nodes = manifest.nodes.map((node) =>
      node.name === "bob" ? { ...node, arguments: given } : node,
    );
    const network = networkOf({ manifest: { ...manifest, nodes }, images: {} });
    const { plan, problems } = readNetwork(network);
    expect(problems).toEqual([]);
    expect(plan && mismatches(plan, manifest)).toEqual([]);
    const bob = plan?.nodes.find(({ name }) => name === "bob");
    expect(bob?.arguments).toEqual(["-maxmempool=20"]);
  });

  it.each([
    ["as it says", { offers: { services: ["p2p", "zmqTx"], rest: true } }, ["p2p", "zmqTx"]],
    [
      "as version 0.1 tells by its arguments",
      { arguments: ["-rest", ...portArguments.zmq, "-par=2"] },
      ["zmq"],
    ],
  ] as const)("offers what the snapshot's node did, %s", async (_, more, names) => {
    const manifest = await manifestOf({});
    const nodes = manifest.nodes.map((node) => (node.name === "bob" ? { ...node, ...more } : node));
    const { plan, problems } = readNetwork(
      networkOf({ manifest: { ...manifest, nodes }, images: {} }),
    );
    expect(problems).toEqual([]);
    const bob = plan?.nodes.find(({ name }) => name === "bob");
    expect(bob?.ports.map(({ name }) => name)).toEqual(names);
    expect(bob?.ports.map(({ port }) => port)).toEqual(names.map(() => undefined));
    expect(bob?.rest).toBe(true);
    expect(plan?.nodes.find(({ name }) => name !== "bob")).toMatchObject({
      ports: [],
      rest: false,
    });
  });
});
