import { waitFor } from "../../base/wait.ts";
import { nodeOf, type Run } from "../nodes/run.ts";
import type { Node } from "../nodes/node.ts";
import { RpcCode, hasRpcCode } from "../rpc/rpc-errors.ts";

export interface WaitOptions {
  /** How deep in the chain it must be; 0: in the mempool is enough. Default: 0. */
  readonly confirmations?: number | undefined;
  /** Name of the node that must have it. Default: all. */
  readonly node?: string | undefined;
  /** Milliseconds that it may wait. Default: those of one step, 60 000. */
  readonly timeoutMs?: number | undefined;
}

/** Waits until the nodes have the transaction. Nothing is mined for it. Returns the fewest confirmations that it has on one. */
export async function waitForTransaction(
  run: Run,
  txid: string,
  { confirmations: wanted = 0, node, timeoutMs }: WaitOptions = {},
): Promise<number> {
  if (!/^[0-9a-f]{64}$/.test(txid)) {
    throw new RangeError(`"${txid}" is no txid; give 64 hexadecimal digits`);
  }
  const nodes = node === undefined ? run.nodes : [nodeOf(run, node)];
  const depth = wanted === 0 ? "" : ` with ${wanted} confirmations`;
  return await waitFor(
    async (signal) => {
      const seen = await lookOn(nodes, run, txid, signal);
      const missing = seen.filter(({ depth = -1 }) => depth < wanted);
      if (missing.length === 0) return Math.min(...seen.map(({ depth = 0 }) => depth));
      const told = missing.map(async ({ node, depth }) =>
        depth === undefined ? await unknownTo(node, signal) : `${node.name} has it with ${depth}`,
      );
      return { pending: (await Promise.all(told)).join(", ") };
    },
    {
      what: `${nodes.map(({ name }) => name).join(", ")} to have the transaction ${txid}${depth}`,
      limitMs: timeoutMs ?? run.limitMs,
      signal: run.signal,
    },
  );
}

/** What one node knows of the transaction. */
interface Seen {
  readonly node: Node;
  /** Confirmations, 0 in the mempool; undefined: the node does not know it. */
  readonly depth?: number | undefined;
  /** Hash of the block that has it. */
  readonly block?: string | undefined;
}

/**
 * Looks for it on these nodes. One without an index of transactions, as every pruned one, finds those in blocks only by
 * the block, which a wallet or another node may know.
 */
async function lookOn(
  nodes: readonly Node[],
  { nodes: all }: Pick<Run, "nodes">,
  txid: string,
  signal: AbortSignal,
): Promise<Seen[]> {
  const look = (node: Node): Promise<Seen> => lookOnOne(node, txid, signal);
  const seen = await Promise.all(nodes.map(look));
  if (seen.every(({ depth }) => depth !== undefined)) return seen;
  const others = await Promise.all(all.filter((node) => !nodes.includes(node)).map(look));
  const blocks = new Set([...seen, ...others].flatMap(({ block }) => block ?? []));
  return await Promise.all(
    seen.map(async ({ node, depth }) => ({
      node,
      depth: depth ?? (await depthOfAny(blocks, node, signal)),
    })),
  );
}

async function lookOnOne(node: Node, txid: string, signal: AbortSignal): Promise<Seen> {
  type Found = { readonly confirmations?: number; readonly blockhash?: string } | undefined;
  const found = await node.rpc
    .call<Found>("getrawtransaction", [txid, true], { signal })
    .catch(unlessUnknown);
  if (found !== undefined) return { node, depth: found.confirmations ?? 0, block: found.blockhash };
  const own = await node.wallet.call("gettransaction", [txid], { signal }).catch(unlessUnknown);
  return { node, block: own?.blockhash };
}

/** Confirmations of the first of the blocks that is in the node's chain. */
async function depthOfAny(
  blocks: Iterable<string>,
  { rpc }: Node,
  signal: AbortSignal,
): Promise<number | undefined> {
  for (const block of blocks) {
    const header = await rpc.call("getblockheader", [block], { signal }).catch(unlessUnknown);
    if (header !== undefined && header.confirmations > 0) return header.confirmations;
  }
  return undefined;
}

/** That a node has no such transaction or block, or not the wallet. */
function unlessUnknown(error: unknown): undefined {
  const { INVALID_ADDRESS_OR_KEY, WALLET_NOT_FOUND } = RpcCode;
  if (!hasRpcCode(error, INVALID_ADDRESS_OR_KEY, WALLET_NOT_FOUND)) throw error;
}

async function unknownTo({ name, rpc }: Node, signal: AbortSignal): Promise<string> {
  const indexes = await rpc.call<object>("getindexinfo", [], { signal });
  return "txindex" in indexes
    ? `${name} does not know it`
    : `${name} does not have it in its mempool, and has no index of those in blocks`;
}
