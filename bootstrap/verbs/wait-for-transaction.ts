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
      const seen = await Promise.all(
        nodes.map(async (node) => ({ node, depth: await depthOn(node, txid, signal) })),
      );
      const missing = seen.filter(({ depth = -1 }) => depth < wanted);
      if (missing.length === 0) return Math.min(...seen.map(({ depth = 0 }) => depth));
      const told = missing.map(({ node: { name }, depth }) =>
        depth === undefined ? `${name} does not know it` : `${name} has it with ${depth}`,
      );
      return { pending: told.join(", ") };
    },
    {
      what: `${nodes.map(({ name }) => name).join(", ")} to have the transaction ${txid}${depth}`,
      limitMs: timeoutMs ?? run.limitMs,
      signal: run.signal,
    },
  );
}

/** Confirmations, 0 in the mempool; undefined: the node does not know it. */
async function depthOn(
  { rpc }: Node,
  txid: string,
  signal: AbortSignal,
): Promise<number | undefined> {
  try {
    const { confirmations = 0 } = await rpc.call<{ confirmations?: number }>(
      "getrawtransaction",
      [txid, true],
      { signal },
    );
    return confirmations;
  } catch (error) {
    if (hasRpcCode(error, RpcCode.INVALID_ADDRESS_OR_KEY)) return undefined;
    throw error;
  }
}
