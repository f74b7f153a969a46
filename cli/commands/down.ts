import type { Command } from "commander";

import { jsonOption } from "../shared/json-option.ts";
import { defaultStack } from "../../stack/stack-state.ts";

interface DownOptions {
  readonly stack: string;
  readonly json?: boolean;
}

export function register(program: Command): void {
  program
    .command("down")
    .description("remove the stack's containers, volumes, network, images and own snapshot")
    .option("-s, --stack <name>", "the Pulumi stack", defaultStack)
    .option(...jsonOption)
    .action(async ({ stack, json = false }: DownOptions) => {
      const { connectEngine } = await import("../../engine/client.ts");
      const { ensureToolchain } = await import("../../toolchain/ensure.ts");
      const { changesText } = await import("../../stack/update/changes.ts");
      const { interruptible } = await import("../../base/interruptible.ts");
      const { containerNames } = await import("../../bootstrap/plan/given-names.ts");
      const { tidyBuildCache } = await import("../../engine/clean-up/build-cache.ts");
      const { refuseAttached } = await import("../../engine/clean-up/network-users.ts");
      const { recover } = await import("../../stack/update/recover.ts");
      const { reporting } = await import("../shared/reporting.ts");
      const { stackExists } = await import("../../stack/pulumi-cli.ts");
      const { runUpdate } = await import("../../stack/update/update.ts");

      await reporting(json, async ({ steps, result }) => {
        const environment = await interruptible((signal) =>
          ensureToolchain({ progress: steps, signal }),
        );
        const docker = await connectEngine();
        if (!(await stackExists(environment, stack))) {
          await tidyBuildCache(docker);
          const values = { command: "down", stack, changes: {}, seconds: 0 };
          result(`There is no stack ${stack}: nothing to destroy.\n`, values);
          return;
        }
        const state = await steps.step(`open stack ${stack}`, () =>
          recover(
            docker,
            environment,
            stack,
            (line) => {
              steps.note(line);
            },
            { volumes: true },
          ),
        );
        // Those of a user's own program go with it.
        const recorded = state.resources.map(({ outputs = {} }) => outputs["name"]);
        for (const { claim } of state.networks) {
          const own = new Set<unknown>([...containerNames(claim), ...recorded]);
          await refuseAttached(docker, claim.network, (name) => own.has(name));
        }
        // The stack itself stays, and with it the config that somebody set for it.
        const args = ["destroy", "--yes", "--skip-preview", "--stack", stack];
        const next = `run npm run down -- --stack ${stack} to continue`;
        const updated = await runUpdate(environment, steps, { args, state, next });
        await tidyBuildCache(docker);
        result(changesText(updated), { command: "down", stack, ...updated });
      });
    });
}
