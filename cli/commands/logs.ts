import type { Command } from "commander";

import { countUpTo } from "../shared/counts.ts";
import { defaultStack } from "../../stack/stack-state.ts";

interface LogsOptions {
  readonly stack: string;
  readonly follow?: boolean;
  readonly since?: string;
  readonly tail?: number;
  readonly json?: boolean;
}

export function register(program: Command): void {
  program
    .command("logs")
    .description("show the logs of all nodes, stopped ones too, merged by time")
    .argument("[nodes...]", "names of nodes (default: all, and the auto-miner)")
    .option("-s, --stack <name>", "the Pulumi stack", defaultStack)
    .option("-f, --follow", "follow the logs until Ctrl-C")
    .option(
      "--since <time>",
      "show lines since 30s, 10m, 2h, 2025-01-01T12:00:00Z, or seconds since 1970",
    )
    .option("-n, --tail <count>", "show only the last lines of each node", countUpTo(1_000_000))
    .option("--json", "print one JSON object per line: time, node, line")
    .action(async (names: string[], { stack, json = false, ...options }: LogsOptions) => {
      const { connectEngine } = await import("../../engine/client.ts");
      const { withToolchain } = await import("../shared/context.ts");
      const { endWithReader, untilInterrupted } = await import("../shared/ending.ts");
      const { linePrinter } = await import("../logs/print.ts");
      const { readSince, stackLog } = await import("../logs/read.ts");
      const { containerNamed, stackContainers } = await import("../../stack/stack-containers.ts");

      const since = options.since === undefined ? undefined : readSince(options.since);
      endWithReader();
      await untilInterrupted(() =>
        withToolchain(
          async ({ environment, signal, progress }) => {
            const docker = await connectEngine({ signal });
            const all = await stackContainers(docker, environment, stack);
            const chosen =
              names.length === 0 ? all : names.map((name) => containerNamed(all, name));
            for (const { name, state } of chosen) {
              if (state === "gone")
                progress.note(`${name}: its container is gone, and its log with it`);
            }
            const print = linePrinter(
              all.map(({ name }) => name),
              json,
            );
            const { follow = false, tail } = options;
            for await (const line of stackLog(chosen, { follow, since, tail, signal })) {
              await print(line);
            }
          },
          { program: false },
        ),
      );
    });
}
