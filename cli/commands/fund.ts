import type { FundOptions } from "../../bootstrap/verbs/fund.ts";
import { countUpTo, wholeUpTo } from "../shared/counts.ts";
import { verb } from "../shared/verb.ts";

export const register = verb<
  FundOptions & { readonly count: number },
  [to: string, amount: string]
>({
  name: "fund",
  description: "pay from the miner's wallet, and confirm the payment",
  declare: (command) =>
    command
      .argument("<to>", "an address, or the label of one in any node's wallet")
      .argument("<amount>", "in BTC, with at most 8 places")
      .option("--count <count>", "number of payments", countUpTo(1_000), 1)
      .option("--node <name>", "the node whose wallet has the label, if several do")
      .option(
        "--confirmations <count>",
        "blocks mined on top; 0 leaves the payment in the mempools",
        wholeUpTo(1_000),
        1,
      ),
  run: async (network, [to, text], options) => {
    const { blocksText } = await import("../../bootstrap/chain/mining.ts");
    const { formatBtc } = await import("../../bootstrap/payments/amount.ts");
    const { fundAddress, readAmount } = await import("../../bootstrap/verbs/fund.ts");
    const { confirmations = 1, count } = options;
    const sat = readAmount(text);
    const { address, txids } = await network.on((run) => fundAddress(run, to, sat, options, count));
    const amount = formatBtc(sat);
    const depth = confirmations === 0 ? "unconfirmed" : `confirmed by ${blocksText(confirmations)}`;
    return {
      text: `Paid ${amount} BTC to ${address}, ${depth}: ${txids.join(", ")}\n`,
      values: { address, amount, confirmations, txid: txids[0], txids },
    };
  },
});
