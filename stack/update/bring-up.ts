import type { Steps } from "../../base/progress/steps.ts";
import type { PresentNetwork } from "../present.ts";
import { selectStack } from "../selected-stack.ts";
import { readState } from "../stack-state.ts";
import { prepare } from "./prepare.ts";
import { recover } from "./recover.ts";
import { tidyBuilds } from "./tidy-builds.ts";
import { runUpdate, type Updated } from "./update.ts";

export interface BringUpOptions {
  /** Name of the snapshot that a new stack is started from. Default: the genesis block. */
  readonly from?: string;
  /** Whether to go on if that discards blocks that were mined since the bootstrap. Default: no. */
  readonly discardBlocks?: boolean;
  /** Name of a host that will not come back: what is on it is made on others. Default: all must answer. */
  readonly giveUp?: string | undefined;
}

export interface BroughtUp {
  readonly updated: Updated;
  /** What is true of the stack's networks now. */
  readonly networks: readonly PresentNetwork[];
}

/**
 * Brings a stack to what is declared: installs what is missing, creates the stack if there is none, repairs what an
 * interrupted run left, and runs `pulumi up`.
 * @throws UpdateError when the update fails, or was told to stop
 */
export async function bringUp(
  stack: string,
  steps: Steps,
  { from, discardBlocks = false, giveUp }: BringUpOptions,
): Promise<BroughtUp> {
  const { environment, docker } = await prepare(steps, stack);
  // For this run alone: what `up --config` sets, Pulumi would keep in the stack's file. index.ts reads it.
  if (discardBlocks) environment.env["REGTEST_DISCARD_BLOCKS"] = "1";
  const state = await steps.step(`open stack ${stack}`, async () => {
    if (from !== undefined) {
      const { startFrom } = await import("../start-from.ts");
      await startFrom(docker, environment, stack, from);
    }
    await selectStack(environment, stack);
    const tell = (line: string): void => {
      steps.note(line);
    };
    return await recover(docker, environment, stack, tell, { giveUp });
  });
  // Pulumi itself believes its state; a look at the engine shows what somebody removed or stopped.
  const options = ["--yes", "--skip-preview", "--refresh", "--suppress-outputs"];
  const args = ["up", ...options, "--stack", stack];
  const next = `run npm run up -- --stack ${stack} to continue`;
  const updating = runUpdate(environment, steps, { args, state, next });
  // Loaded while this process has nothing to do but wait for the CLI.
  const [updated, { present }] = await Promise.all([updating, import("../present.ts")]);
  const now = await readState(environment, stack);
  // A build that went before may have left a stage which nothing goes on from.
  if (Object.keys(updated.changes).some((operation) => operation !== "same"))
    await tidyBuilds(now, docker);
  const networks = await steps.step("look at the network", () => present(now));
  return { updated, networks };
}
