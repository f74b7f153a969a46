import type { Command } from "commander";

import { jsonOption } from "../../shared/json-option.ts";
import { defaultStack } from "../../../stack/stack-state.ts";
import { registerShare } from "./share.ts";

/** `snapshot NAME` takes one; the subcommands work on those that are there. */
export function register(program: Command): void {
  const snapshot = program
    .command("snapshot")
    .description("take a named snapshot of a running stack, or manage snapshots")
    .argument("<name>", "name of the new snapshot")
    .option("-s, --stack <name>", "the Pulumi stack", defaultStack)
    .option("-f, --force", "overwrite a snapshot of that name")
    .option(...jsonOption)
    .action(async (name: string, options: { stack: string; force?: boolean; json?: boolean }) => {
      const { take } = await import("./take.ts");
      await take(name, options);
    });
  registerStored(snapshot);
}

/** What needs no stack. */
function registerStored(snapshot: Command): void {
  snapshot
    .command("list")
    .description("list the snapshots on this engine")
    .option("--json", "print JSON")
    .action(async ({ json = false }: { json?: boolean }) => {
      const { list } = await import("./show.ts");
      await list(json);
    });
  snapshot
    .command("show")
    .description("show all facts of a snapshot")
    .argument("<name>")
    .action(async (name: string) => {
      const { show } = await import("./show.ts");
      await show(name);
    });
  snapshot
    .command("diff")
    .description("show the differences between two snapshots; exits with 1 if there are any")
    .argument("<a>")
    .argument("<b>")
    .action(async (a: string, b: string) => {
      const { diff } = await import("./show.ts");
      await diff(a, b);
    });
  snapshot
    .command("remove")
    .description("remove a named snapshot that is not in use")
    .argument("<name>")
    .action(async (name: string) => {
      const { remove } = await import("./remove.ts");
      await remove(name);
    });
  registerShare(snapshot);
}
