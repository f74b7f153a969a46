/** What wallets ask an Electrum server. */
import { createHash } from "node:crypto";

import type { Network } from "regtest-network";

import type { Electrum } from "./electrum.ts";

/** An address as the protocol names it: the hash of its script. */
export async function scripthashOf(network: Network, address: string): Promise<string> {
  const { rpc } = network.node("alice");
  const { scriptPubKey } = await rpc.call<{ scriptPubKey: string }>("validateaddress", [address]);
  return sha256(Buffer.from(scriptPubKey, "hex")).reverse().toString("hex");
}

/** The height of each transaction, by its txid; 0 for those in the mempool. */
export async function historyOf(
  electrum: Electrum,
  scripthash: string,
): Promise<Record<string, number>> {
  const entries = await electrum.ask<{ readonly tx_hash: string; readonly height: number }[]>(
    "blockchain.scripthash.get_history",
    scripthash,
  );
  return Object.fromEntries(entries.map(({ tx_hash, height }) => [tx_hash, height]));
}

export interface Balance {
  readonly confirmed: number;
  readonly unconfirmed: number;
}

/** In satoshi. */
export async function balanceOf(electrum: Electrum, scripthash: string): Promise<Balance> {
  return await electrum.ask("blockchain.scripthash.get_balance", scripthash);
}

/** Hash of the newest block that the server has. */
export async function tipOf(electrum: Electrum): Promise<string> {
  const { hex } = await electrum.ask<{ hex: string }>("blockchain.headers.subscribe");
  return sha256(sha256(Buffer.from(hex, "hex")))
    .reverse()
    .toString("hex");
}

function sha256(data: Buffer): Buffer {
  return createHash("sha256").update(data).digest();
}
