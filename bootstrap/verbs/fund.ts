import { miningAddress } from "../chain/mining-address.ts";
import { blocksText, mine } from "../chain/mining.ts";
import { addressOf } from "../nodes/labelled-address.ts";
import { minerOf, type Run } from "../nodes/run.ts";
import { writeStatus } from "../../base/progress/amount.ts";
import { type Sat, btcToSat, formatBtc, parseBtc } from "../payments/amount.ts";
import { pay } from "../payments/funding.ts";
import { awaitPayments, settle } from "./sync.ts";
import { withinReach } from "./within-reach.ts";

export interface FundOptions {
  /** Blocks mined on top of the payment; 0 leaves it in the mempools. Default: 1. */
  readonly confirmations?: number | undefined;
  /** Name of the node whose label is paid. Default: whichever has it. */
  readonly node?: string | undefined;
}

export interface Paid {
  readonly address: string;
  /** In the order in which they were sent. */
  readonly txids: readonly string[];
}

/**
 * Pays from the miner's wallet, its oldest coins first, and ends when all nodes that the miner reaches know of it.
 * @param count Payments of that amount, each a transaction of its own. Some 25 for each mature coin go into one block.
 */
export async function fundAddress(
  run: Run,
  to: string,
  amount: Sat,
  { confirmations = 1, node }: FundOptions = {},
  count = 1,
): Promise<Paid> {
  const address = await addressOf(run, to, node);
  const near = await withinReach(run);
  const miner = minerOf(near);
  const isConfirmed = confirmations > 0;
  // On a shorter chain than another's, the blocks would be replaced. And what others have sent goes into the first.
  if (isConfirmed) await settle(near);
  const title = `pay ${formatBtc(amount)} BTC to ${address}`;
  const txids: string[] = [];
  while (txids.length < count) {
    const done = { done: txids.length, of: count, unit: "payments" } as const;
    run.report(count === 1 ? title : writeStatus({ title, amount: done }));
    txids.push((await pay(miner, address, amount)).txid);
  }
  if (isConfirmed) {
    // The block brings the payments to all: by way of the mempools it would take a tenth of a second more.
    run.report(`confirm with ${blocksText(confirmations)}`);
    await mine(near, confirmations, await miningAddress(near));
  } else {
    await awaitPayments(near, txids);
  }
  return { address, txids };
}

/** @throws RangeError for what is no amount */
export function readAmount(amount: number | string): Sat {
  return typeof amount === "number" ? btcToSat(amount) : parseBtc(amount);
}
