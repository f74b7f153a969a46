import type { Command } from "commander";

import { jsonOption } from "../shared/json-option.ts";

interface ReleaseOptions {
  readonly all?: boolean;
  readonly json?: boolean;
}

export function register(program: Command): void {
  program
    .command("release")
    .description("remove a network that clone started")
    .argument("[id]", "the id that clone and list print")
    .option("--all", "remove all your clones")
    .option(...jsonOption)
    .action(async (id: string | undefined, { all = false, json = false }: ReleaseOptions) => {
      const { connectEngine } = await import("../../engine/client.ts");
      const { listClones, releaseClone } = await import("../../testing/open-clone.ts");
      const { reporting } = await import("../shared/reporting.ts");
      await reporting(json, async ({ result }) => {
        if ((id === undefined) !== all)
          throw new Error("give the id of a clone, as clone and list print it, or --all");
        const docker = await connectEngine();
        // Those of a process that lives are its own.
        const lasting = (await listClones(docker)).filter(({ expires }) => expires !== undefined);
        const ids = id === undefined ? lasting.map(({ id }) => id) : [id];
        for (const id of ids) await releaseClone(docker, id);
        const text = ids.length === 0 ? "nothing: there are no clones" : ids.join(", ");
        result(`Released ${text}.\n`, { command: "release", released: ids });
      });
    });
}
