import { chain } from "../data/network.ts";
import type { StatusJson } from "../data/esplora.ts";
import { counted } from "../data/words.ts";
import { State } from "../parts/state.tsx";

/** How deep a transaction is in the chain. */
export function Confirmations({ status }: { readonly status: StatusJson }) {
  if (!status.confirmed) return <State tone="wait" text="In the mempool" />;
  const tip = chain.value?.height ?? status.block_height;
  const depth = Math.max(1, tip - status.block_height + 1);
  return <State tone="good" text={counted(depth, "confirmation")} />;
}
