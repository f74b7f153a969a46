import type { Size } from "./size.ts";

/** How much an index may hold. */
export interface IndexLimits {
  /** Of the chain and the mempool together. Default: 1 000 000. */
  readonly transactions?: number | undefined;
  /** Roughly the memory that it takes, in MB (10^6 bytes). Default: 1 000. */
  readonly megabytes?: number | undefined;
}

/** The chain is larger than what the index may hold. */
export class IndexLimitError extends Error {
  override readonly name = "IndexLimitError";
}

const defaults = { transactions: 1_000_000, megabytes: 1_000 };

/**
 * @throws IndexLimitError that says which limit, and at which height
 * @internal
 */
export function refuseMoreThan(limits: IndexLimits, size: Size, height: number): void {
  const { transactions = defaults.transactions, megabytes = defaults.megabytes } = limits;
  const beyond =
    size.transactions > transactions
      ? `more than ${transactions} transactions`
      : size.memory > megabytes * 1e6
        ? `more than ${megabytes} MB`
        : undefined;
  if (beyond === undefined) return;
  throw new IndexLimitError(
    `the explorer's index would hold ${beyond} at height ${height}; raise its limits, or reset the network`,
  );
}
