import type { Command } from "commander";

import type { ShownLogs } from "../logs/show.ts";
import { countUpTo } from "../shared/counts.ts";
import { declareNetwork, type Typed } from "../shared/on-network.ts";

type LogsOptions = Typed["options"] & Omit<ShownLogs, "names">;

export function register(program: Command): void {
  declareNetwork(
    program
      .command("logs")
      .description("show the logs of all nodes and services, stopped ones too, merged by time")
      .argument("[nodes...]", "names of nodes and services (default: all)"),
  )
    .option("-f, --follow", "follow the logs until Ctrl-C")
    .option(
      "--since <time>",
      "show lines since 30s, 10m, 2h, 2025-01-01T12:00:00Z, or seconds since 1970",
    )
    .option("-n, --tail <count>", "show only the last lines of each node", countUpTo(1_000_000))
    .option("--json", "print one JSON object per line: time, node, line")
    .action(async (names: string[], options: LogsOptions) => {
      const { showLogs } = await import("../logs/show.ts");
      const { onContainers } = await import("../shared/on-containers.ts");
      await onContainers(options, (network) => showLogs(network, { names, ...options }));
    });
}
