import { formatBtc } from "../bootstrap/amount.ts";
import type { ChainPlan } from "../bootstrap/bootstrap.ts";
import { walkThrough } from "../bootstrap/keys.ts";
import type { Settings } from "./settings.ts";

type ChainSettings = Pick<
  Settings,
  "blocks" | "confirmations" | "amount" | "reproducible" | "walletSeed" | "mockTime"
>;

/** The chain that the settings mean. */
export function planOf(settings: ChainSettings): ChainPlan {
  const { blocks, confirmations, amount, reproducible, walletSeed, mockTime } = settings;
  const { node, label } = walkThrough;
  return {
    blocks,
    confirmations,
    fund: [{ node, label, amount: formatBtc(amount) }],
    ...(reproducible && { walletSeed }),
    ...(mockTime !== undefined && { mockTime }),
  };
}
