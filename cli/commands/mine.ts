import type { MineOptions } from "../../bootstrap/verbs/mine.ts";
import { countUpTo } from "../shared/counts.ts";
import { verb } from "../shared/verb.ts";

export const register = verb<MineOptions, [count: number]>({
  name: "mine",
  description: "mine blocks with all pending payments, and wait until all nodes have them",
  declare: (command) =>
    command
      .argument("[count]", "number of blocks", countUpTo(10_000), 1)
      .option("--to <address>", "pay the coinbases to this address or label in any node's wallet")
      .option("--node <name>", "the node whose wallet has the label, if several do")
      .option("--by <name>", "let this node mine (default: the miner)")
      .option("--spacing <time>", "advance the clocks by this before each block, such as 10m"),
  run: async (network, [count], options) => {
    const { blocksText } = await import("../../bootstrap/chain/mining.ts");
    const { mineForAll } = await import("../../bootstrap/verbs/mine.ts");
    const mined = await network.on((run) => mineForAll(run, count, options));
    const { address, hashes, height, cutOff } = mined;
    const without =
      cutOff.length === 0
        ? ""
        : `, without ${cutOff.join(", ")}: not connected to ${options.by ?? "the miner"}`;
    return {
      text: `Mined ${blocksText(count)} to ${address}: ${network.title} is at height ${height}${without}\n`,
      values: { blocks: count, address, hashes, height, cutOff },
    };
  },
});
