/** What must be true of a stack whenever it was brought up, whatever happened before. */
import { expect } from "vitest";

import type { ChainFacts } from "../../bootstrap/chain/facts.ts";
import { readManifest } from "../../bootstrap/snapshots/manifest.ts";
import { label, labelFilter } from "../../engine/labels.ts";
import type { TxOutSetInfo } from "../../bootstrap/rpc/methods.ts";
import type { ProjectStack } from "./stack.ts";

const nodes = ["alice", "miner"] as const;

/** The height of a stack with the defaults: 101 blocks, and 6 on top of the payment. */
export const declaredHeight = 107;

/**
 * Asks the engine and the nodes themselves, and nothing of the program under test.
 * @param snapshotHeight where its snapshot was taken
 */
export async function expectDeclared(
  stack: ProjectStack,
  height = declaredHeight,
  snapshotHeight = height,
): Promise<void> {
  const ask: ProjectStack["ask"] = (...question) => stack.ask(...question);
  const [chain, other] = await Promise.all(
    nodes.map(async (node) => {
      const answer = await ask(node, "gettxoutsetinfo", "muhash");
      const { height, bestblock: tip, muhash } = JSON.parse(answer) as TxOutSetInfo;
      return { height, tip, muhash };
    }),
  );
  expect(chain?.height).toBe(height);
  expect(other).toEqual(chain);
  expect(await ask("alice", "getbalance")).toBe("30.00000000");

  const history = JSON.parse(await ask("miner", "listtransactions", "*", "10000")) as Entry[];
  const payments = history.filter(({ category }) => category === "send");
  expect(payments.map(({ amount }) => amount)).toEqual([-30]);

  for (const node of nodes) {
    const peers = JSON.parse(await ask(node, "getpeerinfo")) as Peer[];
    expect(peers.filter(({ bytesrecv_per_msg }) => "pong" in bytesrecv_per_msg)).not.toEqual([]);
  }

  expect(await stack.footprint()).toEqual({
    containers: nodes.map((node) => stack.prefix + node),
    networks: [`${stack.prefix}regtest-network`],
    volumes: nodes.map((node): unknown =>
      expect.stringContaining(`${stack.prefix}regtest-data-${node}-`),
    ),
    images: [
      ...nodes.map((node) => `${stack.prefix}${node}:latest`),
      expect.stringContaining(`${stack.prefix}regtest-bitcoind:`),
    ],
  });
  const facts = await snapshotFacts(stack);
  expect(facts).toHaveLength(nodes.length);
  for (const { height, tip, muhash, wallets } of facts) {
    expect(height).toBe(snapshotHeight);
    if (height === chain?.height) expect({ height, tip, muhash }).toEqual(chain);
    expect(wallets["alice"]).toEqual({ alice: "30.00000000" });
  }
}

/** What the manifests of the stack's snapshot images say, all images counted, also one that lost its name. */
export async function snapshotFacts(stack: ProjectStack): Promise<ChainFacts[]> {
  const filters = labelFilter({ [label.stack]: stack.name, [label.kind]: "snapshot" });
  const images = await stack.docker.listImages({ filters });
  return images.map(({ Labels, Id }) => readManifest(Labels, Id).facts);
}

export const nothing = { containers: [], networks: [], volumes: [], images: [] };

interface Entry {
  readonly category: string;
  readonly amount: number;
}

interface Peer {
  readonly bytesrecv_per_msg: Readonly<Record<string, number>>;
}
