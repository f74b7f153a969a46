#!/usr/bin/env node
/** The command line of the package: what needs a Docker engine, and nothing of Pulumi. */
import "./require-node.ts";

import { registerClones } from "./commands/clones.ts";
import { registerStored } from "./commands/snapshot/snapshot.ts";
import { registerVerbs } from "./commands/verbs.ts";
import { runProgram } from "./program.ts";
import { onClone } from "./shared/on-clone.ts";

await runProgram("Bitcoin regtest networks for tests, from snapshots.", (program) => {
  registerClones(program);
  registerVerbs(program, onClone);
  registerStored(program.command("snapshot").description("manage snapshots"));
});
