import { addressOf } from "../script/address.ts";
import { asmOf, lastPush } from "../script/asm.ts";
import { kindOf } from "../script/kind.ts";
import type { IndexedOutput, IndexedTransaction } from "../index/records.ts";
import { isCoinbase, type RawInput, type RawOutput } from "../index/raw-transaction.ts";

/** Where a transaction is, as Esplora shows it. */
export type StatusJson =
  | { readonly confirmed: false }
  | {
      readonly confirmed: true;
      readonly block_height: number;
      readonly block_hash: string;
      readonly block_time: number;
    };

/** As Esplora shows an output. */
export interface OutputJson {
  readonly scriptpubkey: string;
  readonly scriptpubkey_asm: string;
  readonly scriptpubkey_type: string;
  readonly scriptpubkey_address?: string;
  readonly value: number;
}

export interface InputJson {
  readonly txid: string;
  readonly vout: number;
  readonly prevout: OutputJson | null;
  readonly scriptsig: string;
  readonly scriptsig_asm: string;
  readonly witness?: readonly string[];
  readonly is_coinbase: boolean;
  readonly sequence: number;
  readonly inner_redeemscript_asm?: string;
  readonly inner_witnessscript_asm?: string;
}

/** Whether an output is spent, and by which input. */
export type OutspendJson =
  | { readonly spent: false }
  | {
      readonly spent: true;
      readonly txid: string;
      readonly vin: number;
      readonly status: StatusJson;
    };

export interface TransactionJson {
  readonly txid: string;
  readonly version: number;
  readonly locktime: number;
  readonly vin: readonly InputJson[];
  readonly vout: readonly OutputJson[];
  readonly size: number;
  readonly weight: number;
  readonly fee: number;
  readonly status: StatusJson;
}

export function transactionJson(transaction: IndexedTransaction): TransactionJson {
  const { raw, spends } = transaction;
  const { txid, version, locktime, size, weight, inputs, outputs } = raw;
  const coinbase = isCoinbase(raw);
  return {
    txid,
    version,
    locktime,
    vin: inputs.map((input, index) => inputJson(input, spends[index], coinbase)),
    vout: outputs.map(outputJson),
    size,
    weight,
    fee: transaction.fee,
    status: statusJson(transaction),
  };
}

/** Of one that is known, or is not: Esplora tells no difference. */
export function statusJson(transaction: IndexedTransaction | undefined): StatusJson {
  const block = transaction?.block;
  if (block?.inBestChain !== true) return { confirmed: false };
  return {
    confirmed: true,
    block_height: block.height,
    block_hash: block.hash,
    block_time: block.time,
  };
}

export function outputJson({ script, value }: RawOutput): OutputJson {
  const address = addressOf(script);
  return {
    scriptpubkey: script.toString("hex"),
    scriptpubkey_asm: asmOf(script),
    scriptpubkey_type: kindOf(script),
    ...(address === undefined ? {} : { scriptpubkey_address: address }),
    value,
  };
}

function inputJson(
  input: RawInput,
  spent: IndexedOutput | undefined,
  coinbase: boolean,
): InputJson {
  const { txid, vout, scriptSig, sequence, witness } = input;
  const prevout =
    spent === undefined ? null : outputJson({ script: spent.script.script, value: spent.value });
  return {
    txid,
    vout,
    prevout,
    scriptsig: scriptSig.toString("hex"),
    scriptsig_asm: asmOf(scriptSig),
    ...(witness.length === 0 ? {} : { witness: witness.map((item) => item.toString("hex")) }),
    is_coinbase: coinbase,
    sequence,
    ...(spent === undefined ? {} : innerScripts(input, spent.script.script)),
  };
}

type InnerScripts = Pick<InputJson, "inner_redeemscript_asm" | "inner_witnessscript_asm">;

/** The scripts that the spent output has only the hash of. */
function innerScripts({ scriptSig, witness }: RawInput, spent: Buffer): InnerScripts {
  const redeem = kindOf(spent) === "p2sh" ? lastPush(scriptSig) : undefined;
  const hashesWitness = [spent, redeem].some(
    (script) => script !== undefined && kindOf(script) === "v0_p2wsh",
  );
  const witnessScript = hashesWitness ? witness.at(-1) : undefined;
  return {
    ...(redeem === undefined ? {} : { inner_redeemscript_asm: asmOf(redeem) }),
    ...(witnessScript === undefined ? {} : { inner_witnessscript_asm: asmOf(witnessScript) }),
  };
}
