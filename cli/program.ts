import { Command } from "commander";

import { printable } from "../base/printable.ts";
import { describe, exitCodeOf } from "./shared/errors.ts";

/** What loads the file of each command, by its name; in the order in which help lists them. */
export type Commands = Readonly<Record<string, () => Promise<CommandFile>>>;

/** It imports what the command needs only when that runs: help loads all files. */
interface CommandFile {
  readonly register: (program: Command) => unknown;
}

/** Adds commands to a program. */
export async function registerAll(program: Command, commands: Commands): Promise<void> {
  const files = await Promise.all(Object.values(commands).map((load) => load()));
  for (const { register } of files) register(program);
}

/** Runs the command line; an error is told in sentences, and exits with 1 or a code of its own. */
export async function runProgram(commands: Commands): Promise<void> {
  const program = new Command("regtest-network")
    .description("A Bitcoin regtest network in Docker, declared with Pulumi.")
    // Options after a subcommand belong to it: `pulumi -- stack --help` asks the Pulumi CLI.
    .enablePositionalOptions()
    .showHelpAfterError();
  // No command pays for loading the others; help and a misspelt name need all.
  const named = Object.entries(commands).filter(([name]) => name === process.argv[2]);
  await registerAll(program, named.length === 0 ? commands : Object.fromEntries(named));
  try {
    await program.parseAsync();
  } catch (error) {
    process.stderr.write(`error: ${printable(describe(error))}\n`);
    if (process.env["DEBUG"]) console.error(error);
    process.exitCode = exitCodeOf(error);
  }
}
