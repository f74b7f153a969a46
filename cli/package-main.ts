#!/usr/bin/env node
/** The command line of the package, in any folder. */
import "./require-node.ts";

import module from "node:module";

import { cachePaths } from "../base/files/paths.ts";
import { runProgram } from "./program.ts";
import { userCommands } from "./user-commands.ts";

// A fifth of a command's time, most of which is in what it imports when it runs.
module.enableCompileCache(cachePaths().compiled);

await runProgram(userCommands);
