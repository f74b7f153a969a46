/** What is done to a network takes a number of calls that grows with its nodes, and not with their square. */
import http from "node:http";

import { afterEach, beforeAll, expect, it, vi } from "vitest";

import { Transport } from "../../bootstrap/rpc/transport.ts";
import { lookAt } from "../../bootstrap/status/look.ts";
import { connectEngine } from "../../engine/client.ts";
import { cloneDeclaration } from "../../testing/clone-declaration.ts";
import { cloneNetwork, prepareSnapshot, type TestNetwork } from "../../testing/index.ts";
import { removeSnapshot } from "../helpers/kit-snapshot.ts";
import { sharedNodeImage } from "../helpers/node-image.ts";

const [few, many] = [4, 16] as const;
/**
 * By how much a node of the larger network may cost more calls; were they quadratic, it would be four times as many.
 * The engine is asked once for each thing. Nodes are asked again and again while something is waited for, and the
 * blocks of a new chain are waited for at the far end of the line.
 */
const allowed = (what: string): { readonly engine: number; readonly nodes: number } => ({
  engine: 1.25,
  nodes: what === "status" ? 1.25 : what === "make the snapshot" ? Infinity : 3,
});

/** Calls by what is done. */
type Calls = Record<string, { readonly nodes: number; readonly engine: number }>;

let calls: Calls = {};

async function counted(what: string, work: () => Promise<unknown>): Promise<void> {
  const nodes = vi.spyOn(Transport.prototype, "post");
  // The Docker client's alone: what is asked of nodes goes another way.
  const engine = vi.spyOn(http, "request");
  await work();
  calls[what] = { nodes: nodes.mock.calls.length, engine: engine.mock.calls.length };
  vi.restoreAllMocks();
}

/** All that a test does with a network of so many nodes, each connected to the next. */
async function callsWith(count: number): Promise<Calls> {
  calls = {};
  const docker = await connectEngine();
  const nodes = Array.from({ length: count }, (_, index) =>
    index === 0 ? ({ name: "n0", role: "miner" } as const) : { name: `n${index}` },
  );
  const declared = { nodes, connect: "line", fund: [] } as const;
  let snapshot = "";
  await counted("make the snapshot", async () => (snapshot = await prepareSnapshot(declared)));
  try {
    let network: TestNetwork | undefined;
    await counted("clone", async () => (network = await cloneNetwork({ snapshot })));
    await using clone = network;
    if (clone === undefined) throw new Error("the clone was not made");
    await counted("mine", () => clone.mine(2));
    const { temporary, members } = clone.parts;
    const parts = { docker, id: temporary.id, inputs: members, freshBlock: false };
    const declaration = await cloneDeclaration(parts);
    await counted("status", () => lookAt(docker, declaration, new AbortController().signal));
    await counted("partition", () => clone.partition([["n0"]]));
    await counted("join", () => clone.join());
    await counted("reset", () => clone.reset());
    await counted("dispose", () => clone.dispose());
  } finally {
    await removeSnapshot(docker, snapshot);
  }
  return calls;
}

beforeAll(sharedNodeImage);

afterEach(() => {
  vi.restoreAllMocks();
});

it("in proportion", { tags: ["long"], timeout: 300_000 }, async () => {
  const small = await callsWith(few);
  const large = await callsWith(many);
  for (const [what, { nodes, engine }] of Object.entries(large)) {
    expect(nodes + engine, what).toBeGreaterThan(0);
    const before = small[what] ?? { nodes: 0, engine: 0 };
    const most = (kind: "nodes" | "engine"): number =>
      (before[kind] / few) * many * allowed(what)[kind];
    if (before.nodes > 0) expect.soft(nodes, `nodes: ${what}`).toBeLessThanOrEqual(most("nodes"));
    expect.soft(engine, `engine: ${what}`).toBeLessThanOrEqual(most("engine"));
  }
});
