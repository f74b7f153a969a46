/** Keeping away the blocks that a reset makes the nodes forget, which peers from outside would bring back. */
import type Docker from "dockerode";

import { autoMinerName } from "../../plan/settings/auto-miner-name.ts";
import { declaredTimeIn } from "../../clock/kept-time.ts";
import { tipState } from "../../chain/drift.ts";
import type { ChainFacts } from "../../chain/facts.ts";
import { type Node, openNode } from "../../nodes/node.ts";
import { type SeenPeer, seenPeers } from "../../nodes/peers.ts";
import { RpcError } from "../../rpc/rpc-errors.ts";
import type { BlockHeader } from "../../rpc/methods.ts";
import type { Run } from "../../nodes/run.ts";
import type { NetworkInputs } from "../../nodes/on-nodes.ts";
import type { Manifest } from "../manifest-schema.ts";

/** A peer outside the network. */
export interface Outsider extends Pick<SeenPeer, "agent" | "address"> {
  readonly node: string;
}

export interface OldBlocks {
  readonly outsiders: readonly Outsider[];
  /** Height of the highest chain that the nodes were on. */
  readonly height: number;
  /**
   * Whether they can be refused. Not where clocks stand still after the reset: the same blocks may be mined
   * once more, and bitcoind would not take its own.
   */
  readonly refusable: boolean;
  /** Blocks that may be the first ones beyond the snapshot, lowest first, of each chain that nodes were on. */
  readonly chains: readonly (readonly Block[])[];
}

interface Block {
  readonly height: number;
  readonly hash: string;
  readonly header: string;
}

/** Milliseconds for each node: one that does not run or hangs has no peers. */
const lookMs = 3_000;

/** What the nodes' peers from outside would bring back; undefined when there are none of both. */
export async function oldBlocks(
  docker: Docker,
  network: NetworkInputs,
  { facts, clock }: Pick<Manifest, "facts" | "clock">,
  signal: AbortSignal,
): Promise<OldBlocks | undefined> {
  const known = [...network.nodes.map(({ name }) => name), autoMinerName].map((name) => ({
    name,
    ip: "",
  }));
  const looks = await Promise.all(
    network.nodes.map((spec) =>
      onOne(docker, network, spec, signal, async (node) => ({
        name: node.name,
        peers: (await seenPeers(node, known)).filter(({ name }) => name === undefined),
      })),
    ),
  );
  const outsiders = looks.flatMap((look) =>
    (look?.peers ?? []).map(({ agent, address }) => ({ node: look?.name ?? "", agent, address })),
  );
  if (outsiders.length === 0) return undefined;
  const chains = await Promise.all(
    network.nodes.map((spec) =>
      onOne(docker, network, spec, signal, async (node) => ({
        height: await node.rpc.call("getblockcount"),
        still: clock ?? declaredTimeIn((await node.container.inspect()).Config.Cmd),
        blocks: await blocksBeyond(node, facts.tip),
      })),
    ),
  );
  const found = chains.filter((chain) => chain !== undefined);
  return {
    outsiders,
    height: Math.max(0, ...found.map(({ height }) => height)),
    refusable: found.every(({ still }) => still === undefined),
    chains: found.map(({ blocks }) => blocks),
  };
}

/**
 * Makes every node refuse the chains that the nodes were on, from the first block on that they do not have now.
 * Their peers stay, and follow as soon as the new chain is the longer one.
 */
export async function refuseOldBlocks(
  { nodes }: Run,
  { chains, refusable }: OldBlocks,
): Promise<void> {
  if (!refusable) return;
  await Promise.all(
    nodes.map(async ({ rpc }) => {
      const found = await Promise.all(chains.map((blocks) => firstMissing({ rpc }, blocks)));
      // Usually the nodes were on one chain.
      const firsts = new Map(found.flatMap((block) => (block ? [[block.hash, block.header]] : [])));
      for (const [hash, header] of firsts) {
        await rpc.call("submitheader", [header]);
        await rpc.call("invalidateblock", [hash]);
      }
    }),
  );
}

/** What a person is to know of them, a line each. */
export function outsidersText(
  { outsiders, height, refusable }: OldBlocks,
  facts: Pick<ChainFacts, "height">,
): string[] {
  const who = outsiders.map(
    ({ node, agent, address }) => `${node} has a peer outside the stack: ${agent} at ${address}`,
  );
  const what = refusable
    ? `The nodes reject its old blocks; it follows the new chain when that is longer than the old one (height ${height})`
    : `It may bring the old blocks back, since the nodes' clocks stand still and they may mine the same ones again: reset it to height ${facts.height} too, or stop it`;
  return [...who, what];
}

async function firstMissing(
  { rpc }: Pick<Node, "rpc">,
  blocks: readonly Block[],
): Promise<Block | undefined> {
  const top = await rpc.call("getblockcount");
  for (const block of blocks) {
    if (block.height > top) return block;
    if ((await rpc.call("getblockhash", [block.height])) !== block.hash) return block;
  }
  return undefined;
}

/**
 * The node's block on top of the last one that its chain has in common with the snapshot's; where it does
 * not know the snapshot's tip, all of its chain.
 */
async function blocksBeyond(node: Node, tip: string): Promise<Block[]> {
  const { rpc } = node;
  const top = await rpc.call("getblockcount");
  const common = (await tipState(node, tip)) === "unknown" ? 0 : await lastActive(node, tip);
  const blocks: Block[] = [];
  const last = common === 0 ? top : Math.min(top, common + 1);
  for (let height = common + 1; height <= last; height++) {
    const hash = await rpc.call("getblockhash", [height]);
    const header = await rpc.call<string>("getblockheader", [hash, false]);
    blocks.push({ height, hash, header });
  }
  return blocks;
}

/** Height of the last block below `hash`, or it, that is in the node's chain. */
async function lastActive({ rpc }: Node, hash: string): Promise<number> {
  for (let at = hash; ;) {
    const header: BlockHeader = await rpc.call("getblockheader", [at]);
    if (header.confirmations > 0 || header.previousblockhash === undefined) return header.height;
    at = header.previousblockhash;
  }
}

/** Undefined when it does not answer. */
async function onOne<T>(
  docker: Docker,
  { rpcUser, rpcPassword }: NetworkInputs,
  spec: NetworkInputs["nodes"][number],
  signal: AbortSignal,
  work: (node: Node) => Promise<T>,
): Promise<T | undefined> {
  const credentials = { user: rpcUser, password: rpcPassword };
  const node = await openNode(docker, spec, credentials, { signal, timeoutMs: lookMs }).catch(
    () => undefined,
  );
  if (node === undefined) return undefined;
  try {
    return await work(node);
  } catch (error) {
    if (error instanceof RpcError) return undefined;
    throw error;
  } finally {
    await node.rpc.close();
  }
}
