import { syncToHighest } from "../chain/mining.ts";
import { minedBy, minerOf, type Run } from "../nodes/run.ts";
import type { Node } from "../nodes/node.ts";
import type { RpcClient } from "../rpc/client.ts";
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
   * mined again in the first of the new blocks. Default: `mempool`.
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
  const { rpc, wallet } = minerOf(run);
  const height = await syncToHighest(run);
  // The genesis block cannot be replaced.
  if (!Number.isInteger(depth) || depth < 1 || depth > height) {
    throw new RangeError(`the chain has ${height} blocks to replace, not ${depth}`);
  }
  const heights = Array.from({ length: depth }, (_, index) => height - depth + 1 + index);
  const replaced = await Promise.all(heights.map((height) => rpc.call("getblockhash", [height])));
  const payments = (await Promise.all(replaced.map((hash) => paymentsIn(rpc, hash)))).flat();
  await rpc.call("invalidateblock", [replaced[0] ?? ""]);
  // To an address of its own: to the usual one the same block could come out again, and be invalid.
  const address = await wallet.call("getnewaddress", ["", "bech32"]);
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
}

/** The block's transactions without its coinbase, as hex. */
async function paymentsIn(rpc: RpcClient, hash: string): Promise<string[]> {
  const [, ...txids] = (await rpc.call("getblock", [hash])).tx;
  return await Promise.all(txids.map((txid) => rpc.call("getrawtransaction", [txid])));
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
