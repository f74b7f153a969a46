import type { IndexedTransaction } from "./records.ts";

/** What one of each takes beside its bytes, on 64 bits; tests/bench/explorer.ts compares the sum with what is held. */
const overhead = {
  block: 510,
  transaction: 315,
  /** On top, as long as it is in the mempool. */
  unconfirmed: 285,
  output: 86,
  input: 20,
  script: 270,
};

/** How much the index holds. */
export class Size {
  blocks = 0;
  transactions = 0;
  /** Of the transactions, those in the mempool. */
  unconfirmed = 0;
  scripts = 0;
  /** Of blocks, and of transactions in the mempool. */
  bytes = 0;
  #outputs = 0;
  #inputs = 0;

  /** Roughly the memory that it takes, in bytes. */
  get memory(): number {
    return (
      this.bytes +
      this.blocks * overhead.block +
      this.transactions * overhead.transaction +
      this.unconfirmed * overhead.unconfirmed +
      this.#outputs * overhead.output +
      this.#inputs * overhead.input +
      this.scripts * overhead.script
    );
  }

  add({ outputs, spends }: IndexedTransaction): void {
    this.transactions += 1;
    this.#outputs += outputs.length;
    this.#inputs += spends.length;
  }

  remove({ outputs, spends }: IndexedTransaction): void {
    this.transactions -= 1;
    this.#outputs -= outputs.length;
    this.#inputs -= spends.length;
  }
}
