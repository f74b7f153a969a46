/** Finds how a network differs from what the bootstrap left. */
import type { ChainFacts } from "./facts.ts";
import { connectedPeers, declaredPeers } from "../nodes/peers.ts";
import type { Addressed, Edge } from "../nodes/peers.ts";
import { RpcCode, hasRpcCode } from "../rpc/rpc-errors.ts";
import type { Node } from "../nodes/node.ts";
import type { Run } from "../nodes/run.ts";

/** One thing that is not as it was recorded. */
export interface DriftLine {
  readonly text: string;
  /** Whether the bootstrap can fix it. */
  readonly fixable: boolean;
}

export interface Drift {
  /** What is not as recorded, one line each. */
  readonly broken: readonly string[];
  /** Blocks that were mined since; they stay. */
  readonly minedSince: number;
}

/** Compares the running network with what was recorded of it. */
export async function findDrift(
  run: Run,
  edges: readonly Edge[],
  recorded: ChainFacts,
): Promise<Drift> {
  const found = await Promise.all(
    run.nodes.map(async (node) => ({
      lines: await nodeDrift(node, run.nodes, edges, recorded),
      height: await node.rpc.call("getblockcount"),
    })),
  );
  return {
    broken: found.flatMap(({ lines }) => lines.map(({ text }) => text)),
    minedSince: Math.max(0, ...found.map(({ height }) => height - recorded.height)),
  };
}

/**
 * The same of one node, a line each.
 * @param nodes all that it may be connected to, also those that cannot be asked
 */
export async function nodeDrift(
  node: Node,
  nodes: readonly Addressed[],
  edges: readonly Edge[],
  recorded: Pick<ChainFacts, "height" | "tip">,
): Promise<DriftLine[]> {
  const [chain, ...others] = await Promise.all([
    chainDrift(node, recorded),
    walletDrift(node),
    peerDrift(node, nodes, edges),
  ]);
  return [...chain, ...others.flat().map(fixable)];
}

export function fixable(text: string): DriftLine {
  return { text, fixable: true };
}

export function byHand(text: string): DriftLine {
  return { text, fixable: false };
}

/** Whether the node's best chain goes through the recorded tip. */
export async function hasTip(node: Node, tip: string): Promise<boolean> {
  return (await tipState(node, tip)) === "active";
}

/**
 * What a node knows of a block: its best chain goes through it ("active"), other blocks took its place
 * ("replaced"), only its header so far ("announced"), or nothing.
 */
export async function tipState(
  { rpc }: Node,
  tip: string,
): Promise<"active" | "replaced" | "announced" | "unknown"> {
  try {
    const { confirmations, height } = await rpc.call("getblockheader", [tip]);
    if (confirmations > 0) return "active";
    const tips = await rpc.call("getchaintips");
    // A node that is behind lists what it has only headers of, or has not connected yet.
    const replaced = tips.some((at) => leftBehind.has(at.status) && at.height >= height);
    return replaced || (await rpc.call("getblockcount")) >= height ? "replaced" : "announced";
  } catch (error) {
    if (hasRpcCode(error, RpcCode.INVALID_ADDRESS_OR_KEY)) return "unknown";
    throw error;
  }
}

/** Of a branch that the node's best chain went through once, in `getchaintips`. */
const leftBehind: ReadonlySet<string> = new Set(["valid-fork", "invalid"]);

/** What to do where people replaced blocks of the declared chain: no update does it, since theirs would be lost. */
export const replacedAdvice =
  "npm run reset returns to the declared chain, npm run snapshot -- NAME keeps this one";

async function chainDrift(
  node: Node,
  { tip, height }: Pick<ChainFacts, "height" | "tip">,
): Promise<DriftLine[]> {
  const state = await tipState(node, tip);
  if (state === "active") return [];
  const missing = `${node.name}: block ${tip} at height ${height} is not in its chain`;
  return [
    state === "replaced"
      ? byHand(`${missing}: other blocks replaced it; ${replacedAdvice}`)
      : fixable(missing),
  ];
}

async function walletDrift({ name, rpc, wallets = [] }: Node): Promise<string[]> {
  const loaded = await rpc.call("listwallets");
  return [name, ...wallets]
    .filter((wallet) => !loaded.includes(wallet))
    .map((wallet) => `${name}: its wallet ${wallet === name ? "" : `${wallet} `}is not loaded`);
}

async function peerDrift(
  node: Node,
  nodes: readonly Addressed[],
  edges: readonly Edge[],
): Promise<string[]> {
  const connected = await connectedPeers(node, nodes);
  return declaredPeers(node.name, edges)
    .filter((peer) => !connected.includes(peer))
    .map((peer) => `${node.name}: it is not connected to ${peer}`);
}
