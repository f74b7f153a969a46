import type { Command } from "commander";

import { jsonOption } from "../shared/json-option.ts";
import { defaultStack } from "../../stack/default-stack.ts";

interface DownOptions {
  readonly stack: string;
  readonly giveUp?: string;
  readonly json?: boolean;
}

export function register(program: Command): void {
  program
    .command("down")
    .description("remove the stack's containers, volumes, network, images and own snapshot")
    .option("-s, --stack <name>", "the Pulumi stack", defaultStack)
    .option("--give-up <host>", "forget what is on this host, which will not come back")
    .option(...jsonOption)
    .action(async ({ stack, json = false, ...options }: DownOptions) => {
      const { changesText } = await import("../../stack/update/changes.ts");
      const { takeDown } = await import("../../stack/update/take-down.ts");
      const { reporting } = await import("../shared/reporting.ts");
      await reporting(json, async ({ steps, result }) => {
        const updated = await takeDown(stack, steps, options);
        const text =
          updated === undefined
            ? `There is no stack ${stack}: nothing to destroy.\n`
            : changesText(updated);
        result(text, { command: "down", stack, ...(updated ?? { changes: {}, seconds: 0 }) });
      });
    });
}
