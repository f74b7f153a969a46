/** What people use: all commands but those that work on this repository. */
import type { Command } from "commander";

import { register as registerCli } from "./commands/cli.ts";
import { registerClones } from "./commands/clones.ts";
import { register as registerDown } from "./commands/down.ts";
import { register as registerExec } from "./commands/exec.ts";
import { register as registerExplorer } from "./commands/explorer.ts";
import { register as registerLogs } from "./commands/logs.ts";
import { register as registerPulumi } from "./commands/pulumi.ts";
import { register as registerSnapshot } from "./commands/snapshot/snapshot.ts";
import { register as registerStatus } from "./commands/status.ts";
import { register as registerUp } from "./commands/up.ts";
import { registerVerbs } from "./commands/verbs.ts";

/*
 * Each subcommand registers itself from its own file and imports what it needs only when it runs,
 * so that no subcommand pays for another one's libraries.
 */
export function registerUserCommands(program: Command): void {
  registerUp(program);
  registerDown(program);
  registerStatus(program);
  registerLogs(program);
  registerExplorer(program);
  registerVerbs(program);
  registerSnapshot(program);
  registerCli(program);
  registerExec(program);
  registerClones(program);
  registerPulumi(program);
}
