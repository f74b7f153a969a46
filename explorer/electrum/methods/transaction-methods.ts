import type { RpcClient } from "../../../bootstrap/rpc/client.ts";
import { RpcResponseError } from "../../../bootstrap/rpc/rpc-errors.ts";
import type { ChainIndex } from "../../index/chain-index.ts";
import { merkleBranch } from "../../index/merkle.ts";
import { badRequest } from "../wire/electrum-error.ts";
import { askingNode, wordsOf } from "./asking-node.ts";
import { blockAt } from "./block-methods.ts";
import { method, type Method, parameter } from "./method.ts";

/** @param mine after each transaction that was broadcast */
export function transactionMethods(
  index: ChainIndex,
  rpc: RpcClient,
  mine: (() => Promise<void>) | undefined,
): Record<string, Method> {
  return {
    "blockchain.transaction.broadcast": method({ raw_tx: parameter.hex }, async ({ raw_tx }) => {
      const txid = await askingNode(broadcast(rpc, raw_tx));
      await mine?.();
      // Whoever sent it finds it in the next answer.
      await index.refresh();
      return txid;
    }),
    "blockchain.transaction.get": method(
      { tx_hash: parameter.hash, verbose: parameter.flag },
      async ({ tx_hash, verbose }) => {
        const found = index.transaction(tx_hash);
        if (found !== undefined && !verbose) return found.bytes.toString("hex");
        // Without an index of transactions, the node finds one by its block.
        const block = found?.block === undefined ? [] : [found.block.hash];
        return await askingNode(
          rpc.call<unknown>("getrawtransaction", [tx_hash, verbose, ...block]),
        );
      },
    ),
    "blockchain.transaction.get_merkle": method(
      { tx_hash: parameter.hash, height: parameter.natural },
      ({ tx_hash, height }) => {
        const { txids } = blockAt(index, height);
        const pos = txids.indexOf(tx_hash);
        if (pos < 0) throw badRequest(`tx ${tx_hash} is not in the block at height ${height}`);
        return { block_height: height, pos, merkle: merkleBranch(txids, pos) };
      },
    ),
    "blockchain.transaction.id_from_pos": method(
      { height: parameter.natural, tx_pos: parameter.natural, merkle: parameter.flag },
      ({ height, tx_pos, merkle }) => {
        const { txids } = blockAt(index, height);
        const tx_hash = txids[tx_pos];
        if (tx_hash === undefined) {
          throw badRequest(
            `no tx at position ${tx_pos} in the block at height ${height}, which has ${txids.length}`,
          );
        }
        return merkle ? { tx_hash, merkle: merkleBranch(txids, tx_pos) } : tx_hash;
      },
    ),
  };
}

async function broadcast(rpc: RpcClient, transaction: string): Promise<string> {
  try {
    return await rpc.call("sendrawtransaction", [transaction]);
  } catch (error) {
    if (!(error instanceof RpcResponseError)) throw error;
    throw badRequest(`the transaction was rejected by network rules.\n\n${wordsOf(error)}`);
  }
}
