import { syncToHighest } from "../chain/mining.ts";
import { ensureSettled } from "../nodes/in-doubt.ts";
import { minedBy, minerOf, type Run } from "../nodes/run.ts";
import type { Node } from "../nodes/node.ts";
import { RpcClient } from "../rpc/client.ts";
import { withinReach } from "./within-reach.ts";
import { RpcCode, hasRpcCode } from "../rpc/rpc-errors.ts";

export interface Reorg {
  /** Hashes of the blocks that are no longer in the chain, lowest first. */
  readonly replaced: readonly string[];
  /** Hashes of those in their place, one more, lowest first. */
  readonly mined: readonly string[];
}

/** What becomes of the transactions in the replaced blocks. */
export type ReplacedTransactions = "mempool" | "mined";

export interface ReorgOptions {
  /**
   * What becomes of the transactions in the replaced blocks: they are back in the mempools, or
   * mined again in the last of the new blocks. Default: `mempool`.
   */
  readonly transactions?: ReplacedTransactions | undefined;
  /** Name of the node that mines the new blocks. Default: the one with the role miner. */
  readonly by?: string | undefined;
}

/** Replaces the last `depth` blocks by one more, on all nodes that the one which mines reaches. */
export async function replaceBlocks(
  run: Run,
  depth: number,
  { transactions = "mempool", by }: ReorgOptions = {},
): Promise<Reorg> {
  return await reorganize(await withinReach(minedBy(run, by)), depth, transactions);
}

async function reorganize(
  run: Run,
  depth: number,
  transactions: ReplacedTransactions,
): Promise<Reorg> {
  const miner = minerOf(run);
  const { rpc, wallet } = miner;
  const height = await syncToHighest(run);
  // The genesis block cannot be replaced.
  if (!Number.isInteger(depth) || depth < 1 || depth > height) {
    throw new RangeError(`the chain has ${height} blocks to replace, not ${depth}`);
  }
  const heights = Array.from({ length: depth + 1 }, (_, index) => height - depth + index);
  const [last = "", ...replaced] = await Promise.all(
    heights.map((height) => rpc.call("getblockhash", [height])),
  );
  const payments = (await Promise.all(replaced.map((hash) => paymentsIn(rpc, hash)))).flat();
  // Of its own: to the usual one the same block could come out again, and be invalid.
  const address = await wallet.call("getnewaddress", ["", "bech32"]);
  const invalidated: string[] = [];
  try {
    await takeBackTo(rpc, last, invalidated);
    const mineEmpty = async (): Promise<string> =>
      (await rpc.call("generateblock", [address, []])).hash;
    const mined: string[] = [];
    while (mined.length < depth) mined.push(await mineEmpty());
    if (transactions === "mined") {
      await putBack(rpc, payments);
      mined.push(...(await rpc.call("generatetoaddress", [1, address])));
      await syncToHighest(run);
    } else {
      mined.push(await mineEmpty());
      await syncToHighest(run);
      await Promise.all(run.nodes.map(({ rpc }: Node) => putBack(rpc, payments)));
    }
    return { replaced, mined };
  } finally {
    // What failed first is what a person must read. Where this fails too, the next command says what to do.
    await reconsider(miner, invalidated).catch(() => undefined);
  }
}

/**
 * Makes a block the node's tip. Without the blocks above it another branch may be the best that the node knows, as of an
 * earlier partition: that goes too.
 * @param invalidated gets the hashes of the blocks to {@link reconsider}
 */
async function takeBackTo(rpc: RpcClient, hash: string, invalidated: string[]): Promise<void> {
  while ((await rpc.call("getbestblockhash")) !== hash) {
    let common = await rpc.call("getblockheader", [hash]);
    while (common.confirmations < 0)
      common = await rpc.call("getblockheader", [common.previousblockhash ?? ""]);
    const above = await rpc.call("getblockhash", [common.height + 1]);
    invalidated.push(above);
    await rpc.call("invalidateblock", [above]);
  }
}

/** Milliseconds: the node may not answer. */
const undoMs = 10_000;

/**
 * Lets the node follow these blocks again, should their chain be the longest: bitcoind remembers what is invalid over
 * restarts, and the other nodes never heard of it. Also after an interruption, which ends every call of the run's client.
 */
async function reconsider(node: Node, hashes: readonly string[]): Promise<void> {
  const signal = AbortSignal.timeout(undoMs);
  await using rpc = new RpcClient({ url: node.rpc.url, ...node.credentials, signal, retry: false });
  // A call that was interrupted goes on, and would make them invalid once more.
  await ensureSettled({ nodes: [{ ...node, rpc }], limitMs: undoMs, signal });
  for (const hash of hashes) await rpc.call("reconsiderblock", [hash]);
}

/** The block's transactions without its coinbase, as hex. From a node without an index of transactions too. */
async function paymentsIn(rpc: RpcClient, hash: string): Promise<string[]> {
  const [, ...txids] = (await rpc.call("getblock", [hash])).tx;
  return await Promise.all(txids.map((txid) => rpc.call("getrawtransaction", [txid, false, hash])));
}

/** What the node says of a transaction that it does not take, or has already. */
const stays = [RpcCode.VERIFY_ERROR, RpcCode.VERIFY_REJECTED, RpcCode.VERIFY_ALREADY_IN_UTXO_SET];

/**
 * Nodes put transactions back by themselves, but not those that the shorter chain forbids for a while,
 * such as one that spends a coinbase which is not mature in it. What the new chain forbids stays out.
 */
async function putBack(rpc: RpcClient, transactions: readonly string[]): Promise<void> {
  // In the order of the chain: one may spend another.
  for (const hex of transactions) {
    await rpc.call("sendrawtransaction", [hex]).catch((error: unknown) => {
      if (!hasRpcCode(error, ...stays)) throw error;
    });
  }
}
