#!/usr/bin/env node
/** The command line of the package: what needs a Docker engine, and nothing of Pulumi. */
import "./require-node.ts";

import { register as registerClone } from "./commands/clone.ts";
import { runProgram } from "./program.ts";
import "./require-node.ts";

import { registerStored } from "./commands/snapshot/snapshot.ts";

await runProgram("Bitcoin regtest networks for tests, from snapshots.", (program) => {
  registerClone(program);
  registerStored(program.command("snapshot").description("manage snapshots"));
});
