import type { ChainPlan } from "./chain-plan.ts";
import type { ScenarioFile } from "../scenario/scenario-file.ts";
import type { NetworkPlan } from "./settings/network-plan.ts";

type ChainSettings = Pick<
  NetworkPlan,
  "blocks" | "confirmations" | "fund" | "reproducible" | "walletSeed" | "mockTime" | "blockSpacing"
>;

/**
 * The chain that the settings mean.
 * @param scenario What is run on top. Default: nothing.
 */
export function planOf(settings: ChainSettings, scenario?: ScenarioFile): ChainPlan {
  const { blocks, confirmations, fund, reproducible, walletSeed } = settings;
  const { mockTime, blockSpacing } = settings;
  return {
    blocks,
    confirmations,
    fund,
    ...(reproducible && { walletSeed }),
    ...(mockTime !== undefined && { mockTime }),
    ...(blockSpacing !== undefined && { blockSpacing }),
    ...(scenario !== undefined && { scenario }),
  };
}
