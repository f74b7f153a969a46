/** What bitcoind tells of blocks and transactions, in full: `getblock HASH 3`. */
import type { RpcClient } from "../../bootstrap/rpc/client.ts";

export interface NodeOutput {
  readonly value: number;
  readonly n: number;
  readonly scriptPubKey: {
    readonly asm: string;
    readonly hex: string;
    readonly address?: string;
    readonly type: string;
  };
}

export interface NodeInput {
  readonly coinbase?: string;
  readonly txid?: string;
  readonly vout?: number;
  readonly scriptSig?: { readonly asm: string; readonly hex: string };
  readonly txinwitness?: readonly string[];
  readonly sequence: number;
  readonly prevout?: {
    readonly generated: boolean;
    readonly height: number;
    readonly value: number;
    readonly scriptPubKey: NodeOutput["scriptPubKey"];
  };
}

export interface NodeTransaction {
  readonly txid: string;
  readonly version: number;
  readonly locktime: number;
  readonly size: number;
  readonly weight: number;
  readonly vsize: number;
  readonly vin: readonly NodeInput[];
  readonly vout: readonly NodeOutput[];
  readonly fee?: number;
  readonly hex: string;
}

export interface NodeBlock {
  readonly hash: string;
  readonly height: number;
  readonly version: number;
  readonly merkleroot: string;
  readonly time: number;
  readonly mediantime: number;
  readonly nonce: number;
  readonly bits: string;
  readonly difficulty: number;
  readonly size: number;
  readonly weight: number;
  readonly nTx: number;
  readonly previousblockhash?: string;
  readonly nextblockhash?: string;
  readonly tx: readonly NodeTransaction[];
}

export async function nodeBlock(rpc: RpcClient, hash: string): Promise<NodeBlock> {
  return await rpc.call<NodeBlock>("getblock", [hash, 3]);
}

/** From the genesis block to the tip. */
export async function nodeChain(rpc: RpcClient): Promise<NodeBlock[]> {
  const height = await rpc.call("getblockcount");
  const heights = Array.from({ length: height + 1 }, (_, index) => index);
  return await Promise.all(
    heights.map(async (height) => nodeBlock(rpc, await rpc.call("getblockhash", [height]))),
  );
}

export function sat(btc: number): number {
  return Math.round(btc * 1e8);
}
