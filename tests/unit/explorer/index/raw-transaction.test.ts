import { hex } from "@scure/base";
import { Transaction } from "@scure/btc-signer";
import { describe, expect, it } from "vitest";

import { decodeTransaction, isCoinbase } from "../../../../explorer/index/raw-transaction.ts";
import { everyScript, regtest } from "../../../helpers/every-script.ts";

/** With a witness, two inputs and amounts beyond 32 bits. */
function signed(): Transaction {
  const key = new Uint8Array(32).fill(7);
  const transaction = new Transaction({ lockTime: 500 });
  for (const index of [0, 300]) {
    transaction.addInput({
      txid: "ab".repeat(32),
      index,
      sequence: 0xfffffffd,
      witnessUtxo: { script: everyScript.p2wpkh.script, amount: 21_000_000_00000000n },
    });
  }
  const amount = 20_999_999_12345678n;
  transaction.addOutputAddress(everyScript.p2wsh.address, amount, regtest);
  transaction.sign(key);
  transaction.finalize();
  return transaction;
}

describe("a transaction with witnesses", () => {
  const known = signed();
  const bytes = Buffer.from(hex.decode(known.hex));
  const decoded = decodeTransaction(bytes);

  it("is what a library makes of it", () => {
    expect(decoded).toMatchObject({
      txid: known.id,
      version: 2,
      locktime: 500,
      size: bytes.length,
      weight: known.weight,
    });
    expect(decoded.inputs.map(({ vout, sequence }) => [vout, sequence])).toEqual([
      [0, 0xfffffffd],
      [300, 0xfffffffd],
    ]);
    expect(decoded.inputs[1]?.witness).toHaveLength(2);
    expect(decoded.outputs).toEqual([
      { value: 20_999_999_12345678, script: Buffer.from(everyScript.p2wsh.script) },
    ]);
    expect(isCoinbase(decoded)).toBe(false);
  });

  it("that is cut anywhere is no transaction", () => {
    for (let length = 0; length < bytes.length; length++) {
      expect(() => decodeTransaction(bytes.subarray(0, length))).toThrow(RangeError);
    }
  });
});
