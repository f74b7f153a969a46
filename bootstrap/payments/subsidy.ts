/** What a miner earns on regtest, and when it may be spent. */
import { COIN, type Sat } from "./amount.ts";

const initialSubsidy = 50n * COIN;
/** Regtest halves every 150 blocks (Bitcoin Core, chainparams.cpp), mainnet every 210,000. */
const halvingInterval = 150;
/** A coinbase can be spent in the block after its 100th confirmation (consensus.h, COINBASE_MATURITY). */
const coinbaseMaturity = 100;

/** The first height at which something can be spent. */
export const firstMatureHeight = coinbaseMaturity + 1;

/** The subsidy of the block at `height`. */
export function subsidyAt(height: number): Sat {
  return initialSubsidy >> BigInt(Math.floor(height / halvingInterval));
}

/** The coinbases that can be spent when the chain is at `height`, oldest first, fees left out. */
export function matureAt(height: number): Sat[] {
  const count = Math.max(0, height - coinbaseMaturity);
  return Array.from({ length: count }, (_, index) => subsidyAt(index + 1));
}
