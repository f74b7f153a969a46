/** The whole chain as a node tells it: every block, transaction and address in it. */
import type { RpcClient } from "../../bootstrap/rpc/client.ts";

export interface BlockContent {
  readonly hash: string;
  readonly height: number;
  /** Seconds since 1970. */
  readonly time: number;
  /** The coinbase first. */
  readonly transactions: readonly {
    readonly txid: string;
    /** The address of each output; undefined for one without, such as the witness commitment. */
    readonly addresses: readonly (string | undefined)[];
  }[];
}

/** What is read of `getblock HASH 2`. */
interface VerboseBlock extends Omit<BlockContent, "transactions"> {
  readonly tx: readonly {
    readonly txid: string;
    readonly vout: readonly { readonly scriptPubKey: { readonly address?: string } }[];
  }[];
}

/** All blocks from the genesis block to the tip. */
export async function readBlocks(rpc: RpcClient): Promise<BlockContent[]> {
  const tip = await rpc.call("getblockcount");
  return await Promise.all(Array.from({ length: tip + 1 }, (_, height) => readBlock(rpc, height)));
}

async function readBlock(rpc: RpcClient, height: number): Promise<BlockContent> {
  const hash = await rpc.call("getblockhash", [height]);
  const { time, tx } = await rpc.call<VerboseBlock>("getblock", [hash, 2]);
  const transactions = tx.map(({ txid, vout }) => ({
    txid,
    addresses: vout.map(({ scriptPubKey }) => scriptPubKey.address),
  }));
  return { hash, height, time, transactions };
}
