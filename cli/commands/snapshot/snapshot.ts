import type { Command } from "commander";

import type { TakeOptions } from "../../../bootstrap/snapshots/take/take-named.ts";
import { verb } from "../../shared/verb.ts";
import { registerShare } from "./share.ts";

const take = verb<TakeOptions, [name: string]>({
  name: "snapshot",
  description: "take a named snapshot of a running network, or manage snapshots",
  declare: (command) =>
    command.argument("<name>").option("-f, --force", "overwrite a snapshot of that name"),
  run: async (network, [name], options) => {
    const { takenText, takenValues } = await import("../../text/snapshot-text.ts");
    const manifest = await network.take(name, options);
    return {
      text: takenText(name, network.title, manifest),
      values: { snapshot: name, ...takenValues(manifest) },
    };
  },
});

/** `snapshot NAME` takes one; the subcommands work on those that are there. */
export function register(program: Command): void {
  registerStored(take(program));
}

/** What needs no network. */
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
