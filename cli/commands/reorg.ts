import { Option } from "commander";

import type { ReorgOptions } from "../../bootstrap/verbs/reorg.ts";
import { countUpTo } from "../shared/counts.ts";
import { verb } from "../shared/verb.ts";

export const register = verb<ReorgOptions, [depth: number]>({
  name: "reorg",
  description: "replace the last blocks by one more, and wait until all nodes have the new ones",
  declare: (command) =>
    command
      .argument("[depth]", "number of blocks to replace", countUpTo(10_000), 1)
      .addOption(
        new Option(
          "--transactions <where>",
          "their transactions: mempool (put back) or mined (again)",
        )
          .choices(["mempool", "mined"])
          .default("mempool"),
      )
      .option("--by <name>", "let this node mine (default: the miner)"),
  run: async (network, [depth], options) => {
    const { blocksText } = await import("../../bootstrap/chain/mining.ts");
    const { replaceBlocks } = await import("../../bootstrap/verbs/reorg.ts");
    const { replaced, mined } = await network.on((run) => replaceBlocks(run, depth, options));
    const tip = mined.at(-1) ?? "";
    return {
      text: `Replaced ${blocksText(replaced.length)} by ${mined.length}: the tip of ${network.title} is ${tip}\n`,
      values: { replaced, mined },
    };
  },
});
