import type { Command } from "commander";

import { countUpTo } from "./counts.ts";
import { defaultStack } from "./stack.ts";

interface MineOptions {
  readonly stack: string;
  readonly to?: string;
  readonly node?: string;
}

export function register(program: Command): void {
  program
    .command("mine")
    .description("mine blocks on a running stack, and wait until all nodes have them")
    .argument("[count]", "how many", countUpTo(10_000), 1)
    .option("-s, --stack <name>", "the Pulumi stack", defaultStack)
    .option(
      "--to <label>",
      "pay the coinbases to the address with this label, in any node's wallet",
    )
    .option("--node <name>", "in this node's wallet, where several have the label")
    .action(async (count: number, { stack, to, node }: MineOptions) => {
      const { withoutAutoMining } = await import("../bootstrap/auto-mining.ts");
      const { miningAddress } = await import("../bootstrap/bootstrap.ts");
      const { mine, syncToHighest } = await import("../bootstrap/chain.ts");
      const { addressWithLabel } = await import("../bootstrap/labelled-address.ts");
      const { onNodes } = await import("../bootstrap/session.ts");
      const { connectEngine } = await import("../engine/client.ts");
      const { withToolchain } = await import("./context.ts");
      const { runningStack } = await import("./network.ts");

      await withToolchain(async ({ environment, signal, status }) => {
        const { network } = await runningStack(environment, stack);
        const docker = await connectEngine({ signal });
        const work = () =>
          onNodes(docker, network, { signal, status }, async (run) => {
            const address =
              to === undefined ? await miningAddress(run) : await addressWithLabel(run, to, node);
            await syncToHighest(run);
            await mine(run, count, address);
            return { address, height: await syncToHighest(run) };
          });
        const { address, height } = await withoutAutoMining(docker, network.nodes, signal, work);
        const blocks = count === 1 ? "1 block" : `${count} blocks`;
        process.stdout.write(
          `Mined ${blocks} to ${address}: stack ${stack} is at height ${height}\n`,
        );
      });
    });
}
