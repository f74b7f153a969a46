import type { TrafficOptions } from "../../bootstrap/verbs/traffic.ts";
import { countUpTo } from "../shared/counts.ts";
import { verb } from "../shared/verb.ts";

export const register = verb<TrafficOptions, [blocks: number]>({
  name: "traffic",
  description: "mine blocks with payments at many fee rates, so that nodes can estimate fees",
  declare: (command) =>
    command
      .argument("[blocks]", "number of blocks", countUpTo(100), 15)
      .option("--payments <count>", "payments in each block", countUpTo(100), 6)
      .option("--spacing <time>", "advance the clocks by this before each block, such as 10m"),
  run: async (network, [blocks], options) => {
    const { blocksText } = await import("../../bootstrap/chain/mining.ts");
    const { makeTraffic } = await import("../../bootstrap/verbs/traffic.ts");
    const made = await network.on((run) => makeTraffic(run, { ...options, blocks }));
    const estimates = Object.entries(made.feeRates).map(
      ([node, rate]) => `${node} ${rate === null ? "has no estimate yet" : `${rate} sat/vB`}`,
    );
    const { length } = made.txids.flat();
    return {
      text:
        `Sent ${length} payments over ${blocksText(blocks)}: ${network.title} is at height ${made.height}\n` +
        `Fee for a confirmation within 2 blocks: ${estimates.join(", ")}\n`,
      values: made,
    };
  },
});
