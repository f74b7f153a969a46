/** A chain with every kind of output script, each paid to and spent from. */
import { hex } from "@scure/base";
import { p2ms, p2pk, p2pkh, p2sh, p2tr, p2wpkh, p2wsh, Transaction } from "@scure/btc-signer";
import { pubECDSA, pubSchnorr, TEST_NETWORK } from "@scure/btc-signer/utils.js";

import type { RpcClient } from "../../bootstrap/rpc/client.ts";
import type { TestNetwork } from "../../testing/index.ts";

export const regtest = { ...TEST_NETWORK, bech32: "bcrt" };

const key = new Uint8Array(32).fill(7);
const otherKey = new Uint8Array(32).fill(9);
const publicKey = pubECDSA(key);
const twoOfTwo = p2ms(2, [publicKey, pubECDSA(otherKey)]);

/** What can be paid to it, and what an input needs to spend it. */
export const everyScript = {
  p2pk: p2pk(publicKey),
  p2pkh: p2pkh(publicKey, regtest),
  "p2sh-p2wpkh": p2sh(p2wpkh(publicKey, regtest), regtest),
  "p2sh-multisig": p2sh(twoOfTwo, regtest),
  "p2sh-p2wsh": p2sh(p2wsh(twoOfTwo, regtest), regtest),
  p2wpkh: p2wpkh(publicKey, regtest),
  p2wsh: p2wsh(twoOfTwo, regtest),
  p2tr: p2tr(pubSchnorr(key), undefined, regtest),
  multisig: twoOfTwo,
};
const kinds = Object.values(everyScript);

/** Text after OP_RETURN, long enough for OP_PUSHDATA1. */
const note = new TextEncoder().encode("x".repeat(78));
const opReturn = Uint8Array.of(0x6a, 0x4c, note.length, ...note);

const each = 100_000n;

/** Scripts that wallets of today no longer make are wanted here. */
const options = { disableScriptCheck: true, allowUnknownInputs: true, allowUnknownOutputs: true };

export interface PaidAndSpent {
  /** Pays to each kind, and to an OP_RETURN. */
  readonly paid: string;
  /** Spends each of them. */
  readonly spent: string;
}

/** Both are in blocks of their own. */
export async function payEveryScript(network: TestNetwork): Promise<PaidAndSpent> {
  const { rpc, wallet } = network.miner;
  const to = await wallet.call("getnewaddress");
  const mined = async (transaction: string): Promise<string> => {
    // What nodes do not relay can be mined.
    const { hash } = await rpc.call("generateblock", [to, [transaction]]);
    return (await rpc.call("getblock", [hash])).tx[1] ?? "";
  };
  const paying = await payingEvery(wallet);
  const paid = await mined(paying);
  const spent = await mined(spendingEvery(paying));
  await network.sync();
  return { paid, spent };
}

async function payingEvery(wallet: RpcClient): Promise<string> {
  const [coin] = await wallet.call("listunspent", [100]);
  if (coin === undefined) throw new Error("the miner has no coin to spend");
  const transaction = new Transaction(options);
  const amount = BigInt(Math.round(coin.amount * 1e8));
  transaction.addInput({ txid: coin.txid, index: coin.vout });
  for (const { script } of kinds) transaction.addOutput({ script, amount: each });
  transaction.addOutput({ script: opReturn, amount: 0n });
  const change = amount - each * BigInt(kinds.length) - 10_000n;
  transaction.addOutput({ script: hex.decode(coin.scriptPubKey), amount: change });
  const unsigned = hex.encode(transaction.unsignedTx);
  const signed = await wallet.call<{ hex: string; complete: boolean }>(
    "signrawtransactionwithwallet",
    [unsigned],
  );
  return signed.hex;
}

function spendingEvery(paidHex: string): string {
  const paid = hex.decode(paidHex);
  const { id } = Transaction.fromRaw(paid, options);
  const transaction = new Transaction(options);
  for (const [index, payment] of kinds.entries()) {
    transaction.addInput({
      ...payment,
      txid: id,
      index,
      sequence: 0xfffffffd,
      nonWitnessUtxo: paid,
      ...(payment === everyScript.p2tr
        ? { witnessUtxo: { script: payment.script, amount: each } }
        : {}),
    });
  }
  transaction.addOutputAddress(everyScript.p2tr.address, each * 8n, regtest);
  transaction.sign(key);
  transaction.sign(otherKey);
  transaction.finalize();
  return transaction.hex;
}
