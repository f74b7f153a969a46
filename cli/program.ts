import { Command } from "commander";

/** Runs the command line with the subcommands that `register` adds; an error is told in sentences, and exits with 1. */
export async function runProgram(
  description: string,
  register: (program: Command) => void,
): Promise<void> {
  const program = new Command("regtest-network")
    .description(description)
    // Options after a subcommand belong to it: `pulumi -- stack --help` asks the Pulumi CLI.
    .enablePositionalOptions()
    .showHelpAfterError("(--help shows what there is)");
  register(program);
  try {
    await program.parseAsync();
  } catch (error) {
    process.stderr.write(`error: ${describe(error)}\n`);
    if (process.env["DEBUG"]) console.error(error);
    process.exitCode = 1;
  }
}

/** The message and those of its causes, as far as they say something new. */
function describe(error: unknown): string {
  const messages: string[] = [];
  for (let at = error; at instanceof Error; at = at.cause) {
    const { message } = at;
    if (!messages.some((known) => known.includes(message))) messages.push(message);
  }
  return messages.length === 0 ? JSON.stringify(error) : messages.join("\n  because: ");
}
