import { formatBtc, parseBtc } from "../payments/amount.ts";
import type { Funding } from "../payments/funding.ts";
import type { ScenarioFile } from "../scenario/scenario-file.ts";

/** The chain that is declared. */
export interface ChainPlan {
  /** Blocks mined before anybody is paid. */
  readonly blocks: number;
  readonly fund: readonly Funding[];
  /** Blocks mined on top of the payments. */
  readonly confirmations: number;
  /** What the keys derive from. Left out: random keys, and block times of the present. */
  readonly walletSeed?: string | undefined;
  /**
   * Seconds since 1970 at which the nodes' clocks stand still. The chain begins there; with
   * {@link ChainPlan.blockSpacing} it ends there.
   */
  readonly mockTime?: number | undefined;
  /** Seconds between two blocks. Left out: their times are as close as the rules allow. */
  readonly blockSpacing?: number | undefined;
  /** What is run when everybody is paid and confirmed. Left out: nothing. */
  readonly scenario?: ScenarioFile | undefined;
}

/** The same as JSON has it, in Pulumi's state too: amounts are text, in BTC. */
export interface ChainPlanJson extends Omit<ChainPlan, "fund"> {
  readonly fund: readonly (Omit<Funding, "amount"> & { readonly amount: string })[];
}

export function planToJson(plan: ChainPlan): ChainPlanJson {
  const fund = plan.fund.map((one) => ({ ...one, amount: formatBtc(one.amount) }));
  return { ...plan, fund };
}

export function planFromJson(plan: ChainPlanJson): ChainPlan {
  const fund = plan.fund.map((one) => ({ ...one, amount: parseBtc(one.amount) }));
  return { ...plan, fund };
}
