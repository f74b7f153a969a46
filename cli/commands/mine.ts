import type { Command } from "commander";

import type { CommandContext } from "../shared/context.ts";
import { countUpTo } from "../shared/counts.ts";
import type { Report } from "../shared/reporting.ts";
import { jsonOption } from "../shared/json-option.ts";
import { defaultStack } from "../../stack/stack-state.ts";

interface MineOptions {
  readonly stack: string;
  readonly to?: string;
  readonly node?: string;
  readonly spacing?: string;
  readonly json?: boolean;
}

export function register(program: Command): void {
  program
    .command("mine")
    .description(
      "mine blocks that include the nodes' pending payments, and wait until all nodes have them",
    )
    .argument("[count]", "number of blocks", countUpTo(10_000), 1)
    .option("-s, --stack <name>", "the Pulumi stack", defaultStack)
    .option(
      "--to <label>",
      "pay the coinbases to the address with this label, in any node's wallet",
    )
    .option("--node <name>", "the node whose wallet has the label, if several do")
    .option(
      "--spacing <time>",
      "advance the clocks before each block by seconds or a duration such as 10m; they then stand still",
    )
    .option(...jsonOption)
    .action(async (count: number, options: MineOptions) => {
      const { withToolchain } = await import("../shared/context.ts");
      const { reporting } = await import("../shared/reporting.ts");
      await reporting(options.json === true, ({ steps, result }) =>
        withToolchain((context) => mineBlocks(count, options, context, result), {
          progress: steps,
        }),
      );
    });
}

async function mineBlocks(
  count: number,
  { stack, to, node, spacing }: MineOptions,
  { environment, signal, status }: CommandContext,
  result: Report["result"],
): Promise<void> {
  const { withoutAutoMining } = await import("../../bootstrap/services/pause-auto-mining.ts");
  const { miningAddress } = await import("../../bootstrap/chain/mining-address.ts");
  const { blocksText } = await import("../../bootstrap/chain/mining.ts");
  const { mineForAll } = await import("../../bootstrap/verbs/mine.ts");
  const { addressWithLabel } = await import("../../bootstrap/nodes/labelled-address.ts");
  const { requireSeconds } = await import("../../bootstrap/verbs/time.ts");
  const { onNodes } = await import("../../bootstrap/nodes/on-nodes.ts");
  const { connectEngine } = await import("../../engine/client.ts");
  const { writeStatus } = await import("../../base/progress/amount.ts");
  const { runningStack } = await import("../../stack/running-stack.ts");

  const seconds = spacing === undefined ? undefined : requireSeconds(spacing);
  status(`open stack ${stack}`);
  const { network } = await runningStack(environment, stack);
  const docker = await connectEngine({ signal });
  const blocks = blocksText(count);
  const work = () =>
    onNodes(docker, network, { signal, status }, async (run) => {
      run.report("bring the nodes to one height");
      const address =
        to === undefined ? await miningAddress(run) : await addressWithLabel(run, to, node);
      const amount = { done: 0, of: count, unit: "blocks" } as const;
      run.report(writeStatus({ title: `mine ${blocks}`, amount }));
      const mined = await mineForAll(run, count, address, { spacing: seconds }, (done) => {
        run.count({ ...amount, done });
      });
      return { address, ...mined };
    });
  const { address, height, cutOff } = await withoutAutoMining(docker, network.nodes, signal, work);
  const without =
    cutOff.length === 0 ? "" : `, without ${cutOff.join(", ")}: not connected to the miner`;
  result(`Mined ${blocks} to ${address}: stack ${stack} is at height ${height}${without}\n`, {
    command: "mine",
    stack,
    blocks: count,
    address,
    height,
    cutOff,
  });
}
