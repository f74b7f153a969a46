import type { Command } from "commander";

import { jsonOption } from "../shared/json-option.ts";
import { defaultStack } from "../../stack/stack-state.ts";
import type { PresentNetwork } from "./present.ts";

interface UpOptions {
  readonly stack: string;
  readonly from?: string;
  readonly discardBlocks?: boolean;
  readonly json?: boolean;
}

export function register(program: Command): void {
  program
    .command("up")
    .description("install what is missing, bring the network up, and print its endpoints")
    .option("-s, --stack <name>", "the Pulumi stack, created if it does not exist", defaultStack)
    .option(
      "--from <snapshot>",
      "start a new stack from this snapshot instead of the genesis block",
    )
    .option(
      "--discard-blocks",
      "continue even if the update discards blocks that were mined since the bootstrap",
    )
    .option(...jsonOption)
    .action(async ({ stack, from, discardBlocks = false, json = false }: UpOptions) => {
      const { tidyBuildCache } = await import("../../engine/clean-up/build-cache.ts");
      const { connectEngine } = await import("../../engine/client.ts");
      const { ensureToolchain } = await import("../../toolchain/ensure.ts");
      const { changesText } = await import("../../stack/update/changes.ts");
      const { interruptible } = await import("../../base/interruptible.ts");
      const { recover } = await import("../../stack/update/recover.ts");
      const { reporting } = await import("../shared/reporting.ts");
      const { present } = await import("./present.ts");
      const { pulumiQuietly } = await import("../../stack/pulumi-cli.ts");
      const { startFrom } = await import("../../stack/start-from.ts");
      const { summary } = await import("../text/summary.ts");
      const { runUpdate } = await import("../../stack/update/update.ts");

      await reporting(json, async ({ steps, result }) => {
        const environment = await interruptible((signal) =>
          ensureToolchain({ progress: steps, signal }),
        );
        // For this run alone: what `up --config` sets, Pulumi would keep in the stack's file. index.ts reads it.
        if (discardBlocks) environment.env["REGTEST_DISCARD_BLOCKS"] = "1";
        const docker = await connectEngine();
        const state = await steps.step(`open stack ${stack}`, async () => {
          if (from !== undefined) await startFrom(docker, environment, stack, from);
          await pulumiQuietly(environment, ["stack", "select", "--create", stack]);
          return await recover(docker, environment, stack, (line) => {
            steps.note(line);
          });
        });
        // Pulumi itself believes its state; a look at the engine shows what somebody removed or stopped.
        const options = ["--yes", "--skip-preview", "--refresh", "--suppress-outputs"];
        const args = ["up", ...options, "--stack", stack];
        const next = `run npm run up -- --stack ${stack} to continue`;
        const updated = await runUpdate(environment, steps, { args, state, next });
        // A build that went before may have left a stage which nothing goes on from.
        if (Object.keys(updated.changes).some((operation) => operation !== "same"))
          await tidyBuildCache(docker);
        const networks = await steps.step("look at the network", () =>
          present(docker, environment, stack),
        );
        const texts = networks.map(({ named, outputs, now }) => summary(named, outputs, now));
        const values = networks.map((network) => [network.named, valuesOf(network)] as const);
        const [[, only] = ["", {}], ...others] = values;
        result([changesText(updated), ...texts].join("\n"), {
          command: "up",
          stack,
          ...updated,
          ...(others.length === 0 ? only : { networks: Object.fromEntries(values) }),
        });
      });
    });
}

/** For a program. */
function valuesOf({ outputs, now }: PresentNetwork): object {
  const { endpoints, ports, rpcUser, chain, snapshots, containers } = outputs;
  const { height, minedSince, freshBlock } = now;
  return {
    ...{ height, minedSince, ...(freshBlock !== null && { freshBlock }) },
    ...{ endpoints, ports, rpcUser, chain, snapshots, containers },
  };
}
