import type { Command } from "commander";

import { jsonOption } from "../shared/json-option.ts";
import { defaultStack } from "../../stack/default-stack.ts";

interface UpOptions {
  readonly stack: string;
  readonly from?: string;
  readonly discardBlocks?: boolean;
  readonly giveUp?: string;
  readonly json?: boolean;
}

export function register(program: Command): void {
  program
    .command("up")
    .description("install what is missing, bring the network up, and print its endpoints")
    .option("-s, --stack <name>", "the Pulumi stack, created if it does not exist", defaultStack)
    .option("--from <snapshot>", "start a new stack from this snapshot")
    .option("--discard-blocks", "let the update discard blocks mined since the bootstrap")
    .option("--give-up <host>", "forget what is on this host, which will not come back")
    .option(...jsonOption)
    .action(async ({ stack, json = false, ...options }: UpOptions) => {
      const { bringUp } = await import("../../stack/update/bring-up.ts");
      const { reporting } = await import("../shared/reporting.ts");
      const { upText, upValues } = await import("../text/up-text.ts");
      await reporting(json, async ({ steps, result }) => {
        const brought = await bringUp(stack, steps, options);
        result(upText(brought), { command: "up", stack, ...upValues(brought) });
      });
    });
}
