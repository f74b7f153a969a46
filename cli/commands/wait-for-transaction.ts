import type { WaitOptions } from "../../bootstrap/verbs/wait-for-transaction.ts";
import { countUpTo, wholeUpTo } from "../shared/counts.ts";
import { verb } from "../shared/verb.ts";

interface Typed extends Omit<WaitOptions, "timeoutMs"> {
  /** Seconds. */
  readonly timeout?: number;
}

export const register = verb<Typed, [txid: string]>({
  name: "wait-for-transaction",
  description: "wait until the nodes have a transaction; mines nothing",
  declare: (command) =>
    command
      .argument("<txid>")
      .option("--confirmations <count>", "how deep in the chain", wholeUpTo(10_000), 0)
      .option("--node <name>", "only this node (default: all)")
      .option("--timeout <seconds>", "default: config timeout", countUpTo(86_400)),
  run: async (network, [txid], { timeout, ...options }) => {
    const { waitForTransaction } = await import("../../bootstrap/verbs/wait-for-transaction.ts");
    // What mines by itself goes on: that may be what is waited for.
    const confirmations = await network.look((run) => {
      run.report(`wait for ${txid}`);
      const timeoutMs = timeout === undefined ? undefined : timeout * 1_000;
      return waitForTransaction(run, txid, { ...options, timeoutMs });
    });
    return {
      text: `${options.node ?? "Every node"} has ${txid}, with ${confirmations} confirmations\n`,
      values: { txid, confirmations },
    };
  },
});
