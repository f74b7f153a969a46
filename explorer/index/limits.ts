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
 * Which limit is exceeded, as "more than …".
 * @internal
 */
export function exceeded(limits: IndexLimits, size: Size): string | undefined {
  const { transactions = defaults.transactions, megabytes = defaults.megabytes } = limits;
  if (size.transactions > transactions) return `more than ${transactions} transactions`;
  return size.memory > megabytes * 1e6 ? `more than ${megabytes} MB` : undefined;
}

/**
 * @throws IndexLimitError that says which limit, and at which height
 * @internal
 */
export function refuseMoreThan(limits: IndexLimits, size: Size, height: number): void {
  const limit = exceeded(limits, size);
  if (limit === undefined) return;
  throw new IndexLimitError(
    `the explorer's index would hold ${limit} at height ${height}; raise its limits, or reset the network`,
  );
}
