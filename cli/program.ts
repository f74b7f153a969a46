import { Command } from "commander";

import { printable } from "../base/printable.ts";
import { describe, exitCodeOf } from "./shared/errors.ts";

/** Runs the command line with the subcommands that `register` adds; an error is told in sentences, and exits with 1 or a code of its own. */
export async function runProgram(register: (program: Command) => void): Promise<void> {
  const program = new Command("regtest-network")
    .description("A Bitcoin regtest network in Docker, declared with Pulumi.")
    // Options after a subcommand belong to it: `pulumi -- stack --help` asks the Pulumi CLI.
    .enablePositionalOptions()
    .showHelpAfterError();
  register(program);
  try {
    await program.parseAsync();
  } catch (error) {
    process.stderr.write(`error: ${printable(describe(error))}\n`);
    if (process.env["DEBUG"]) console.error(error);
    process.exitCode = exitCodeOf(error);
  }
}
