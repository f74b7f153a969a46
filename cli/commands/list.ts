import type { Command } from "commander";

import { jsonOption } from "../shared/json-option.ts";

export function register(program: Command): void {
  program
    .command("list")
    .description("list your clones: id, snapshot, nodes, age and expiry")
    .option(...jsonOption)
    .action(async ({ json = false }: { json?: boolean }) => {
      const { connectEngine } = await import("../../engine/client.ts");
      const { listClones } = await import("../../testing/open-clone.ts");
      const { reporting } = await import("../shared/reporting.ts");
      const { listed, listedValues } = await import("../text/clone-text.ts");
      await reporting(json, async ({ result }) => {
        const clones = await listClones(await connectEngine());
        result(listed(clones), { command: "list", ...listedValues(clones) });
      });
    });
}
