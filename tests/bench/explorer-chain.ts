/** A long chain with many transactions, of coins that nobody has to sign for. */
import { sha256 } from "../../explorer/index/hashes.ts";
import { decodeTransaction } from "../../explorer/index/raw-transaction.ts";
import { transactionBytes, type Spent } from "../helpers/chain-blocks.ts";
import type { RpcClient } from "../../bootstrap/rpc/client.ts";

/** Anybody can spend it. */
const anyone = Buffer.of(0x51);
const fee = 1_000;

/** In this many rows at once, each transaction spends the one before in its row. */
const rows = 1_000;

export async function mineEmpty(rpc: RpcClient, blocks: number, address: string): Promise<void> {
  for (let left = blocks; left > 0; left -= 500) {
    await rpc.call("generatetoaddress", [Math.min(500, left), address]);
  }
}

/**
 * Mines `blocks` blocks of a thousand transactions. Each spends one output, and pays two: one to a script that nobody
 * else has.
 */
export async function mineFull(rpc: RpcClient, blocks: number, address: string): Promise<void> {
  const [first = ""] = await rpc.call<string[]>("generatetodescriptor", [1, "raw(51)"]);
  await mineEmpty(rpc, 100, address);
  const { tx } = await rpc.call("getblock", [first]);
  // What a block late in the halvings pays is not known beforehand.
  const coinbase = decodeTransaction(
    Buffer.from(await rpc.call("getrawtransaction", [tx[0] ?? ""]), "hex"),
  );
  const amount = coinbase.outputs[0]?.value ?? 0;
  const each = Math.floor((amount - fee * rows) / rows);
  const fan = manyOutputs({ txid: coinbase.txid, vout: 0 }, each);
  const generate = async (transactions: readonly Buffer[]): Promise<void> => {
    const hexes = transactions.map((bytes) => bytes.toString("hex"));
    await rpc.call("generateblock", [address, hexes], { timeoutMs: 120_000 });
  };
  await generate([fan]);
  const { txid } = decodeTransaction(fan);
  let ends = Array.from({ length: rows }, (_, vout): Spent & { value: number } => ({
    txid,
    vout,
    value: each,
  }));
  for (let block = 0; block < blocks; block++) {
    const transactions = ends.map((end, row) => next(end, `${block} ${row}`));
    await generate(transactions);
    ends = transactions.map((bytes, row) => ({
      txid: decodeTransaction(bytes).txid,
      vout: 0,
      value: (ends[row]?.value ?? 0) - fee - 600,
    }));
  }
}

function next({ txid, vout, value }: Spent & { value: number }, label: string): Buffer {
  const script = Buffer.concat([Buffer.of(0, 20), sha256(Buffer.from(label)).subarray(0, 20)]);
  return transactionBytes(
    [{ txid, vout }],
    [
      { value: value - fee - 600, script: anyone },
      { value: 600, script },
    ],
  );
}

function manyOutputs(spent: Spent, value: number): Buffer {
  const one = transactionBytes([spent], [{ value, script: anyone }]);
  // Version, count and 41 bytes of input; then the count of outputs, and the outputs of 10 bytes.
  const begin = one.subarray(0, 4 + 1 + 41);
  const output = one.subarray(begin.length + 1, begin.length + 1 + 10);
  const count = Buffer.alloc(3, 0xfd);
  count.writeUInt16LE(rows, 1);
  return Buffer.concat([
    begin,
    count,
    ...Array.from({ length: rows }, () => output),
    one.subarray(-4),
  ]);
}
