import type { IndexedTransaction } from "./records.ts";

/** What one of each takes beside its bytes, measured by tests/bench/explorer.ts. */
const overhead = { transaction: 500, output: 130, input: 30, script: 400 };

/** How much the index holds. */
export class Size {
  transactions = 0;
  scripts = 0;
  /** Of blocks, and of transactions in the mempool. */
  bytes = 0;
  #outputs = 0;
  #inputs = 0;

  /** Roughly the memory that it takes, in bytes. */
  get memory(): number {
    return (
      this.bytes +
      this.transactions * overhead.transaction +
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
