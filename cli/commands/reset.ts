import type { Command } from "commander";

import type { CommandContext } from "../shared/context.ts";
import type { Report } from "../shared/reporting.ts";
import { jsonOption } from "../shared/json-option.ts";
import { defaultStack } from "../../stack/stack-state.ts";

interface ResetOptions {
  readonly stack: string;
  readonly to?: string;
  readonly json?: boolean;
}

export function register(program: Command): void {
  program
    .command("reset")
    .description("reset chain, wallets and mempools of a running stack to its snapshot")
    .option("-s, --stack <name>", "the Pulumi stack", defaultStack)
    .option("--to <snapshot>", "another snapshot, by name")
    .option(...jsonOption)
    .action(async ({ stack, to, json = false }: ResetOptions) => {
      const { withoutAutoMining } = await import("../../bootstrap/services/pause-auto-mining.ts");
      const { isoTime } = await import("../../bootstrap/clock/mocktime.ts");
      const { resetNetwork } = await import("../../bootstrap/snapshots/reset/reset.ts");
      const { outsidersText } = await import("../../bootstrap/snapshots/reset/old-blocks.ts");
      const { findSnapshot, snapshotOfImage } = await import("../../bootstrap/snapshots/find.ts");
      const { connectEngine } = await import("../../engine/client.ts");
      const { stackLabels } = await import("../../engine/labels.ts");
      const { withToolchain } = await import("../shared/context.ts");
      const { runningStack } = await import("../../stack/running-stack.ts");
      const { reporting } = await import("../shared/reporting.ts");

      const work = async (
        { environment, signal, status }: CommandContext,
        result: Report["result"],
      ): Promise<void> => {
        status(`open stack ${stack}`);
        const running = await runningStack(environment, stack);
        const docker = await connectEngine({ signal });
        const snapshot =
          to === undefined
            ? await snapshotOfImage(docker, running.snapshotImage)
            : await findSnapshot(docker, to);
        const labels = stackLabels(running.stackId, stack, "temporary");
        const { network, addresses } = running;
        const old = await withoutAutoMining(docker, network.nodes, signal, () =>
          resetNetwork(docker, network, snapshot, { signal, status, labels, addresses }),
        );
        const { facts, clock } = snapshot.manifest;
        const { height, tip } = facts;
        const still = clock === undefined ? undefined : isoTime(clock);
        const lines = [
          `Stack ${stack} is back at snapshot ${snapshot.name}: height ${height}, tip ${tip}`,
          ...(still === undefined ? [] : [`Its clocks stand still at ${still}`]),
          ...(old === undefined ? [] : outsidersText(old, facts)),
        ];
        const { outsiders = [], refusable } = old ?? {};
        result(`${lines.join("\n")}\n`, {
          ...{ command: "reset", stack, snapshot: snapshot.name, height, tip },
          ...(still !== undefined && { clock: still }),
          ...(outsiders.length > 0 && { outsiders, oldBlocksRefused: refusable }),
        });
      };
      await reporting(json, ({ steps, result }) =>
        withToolchain((context) => work(context, result), { progress: steps }),
      );
    });
}
