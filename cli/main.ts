import { Command } from "commander";
import { register as registerBench } from "./bench.ts";
import { register as registerDown } from "./down.ts";
import { register as registerGolden } from "./golden.ts";
import { register as registerPulumi } from "./pulumi.ts";
import { register as registerTest } from "./test.ts";
import { register as registerReset } from "./reset.ts";
import { register as registerSnapshot } from "./snapshot.ts";
import { register as registerUp } from "./up.ts";

/*
 * Each subcommand registers itself from its own file and imports what it needs only when it runs,
 * so that no subcommand pays for another one's libraries.
 */
const program = new Command("regtest-network")
  .description("A Bitcoin regtest network in Docker, declared with Pulumi.")
  // Options after a subcommand belong to it: `pulumi -- stack --help` asks the Pulumi CLI.
  .enablePositionalOptions()
  .showHelpAfterError("(--help shows what there is)");

registerUp(program);
registerDown(program);
registerReset(program);
registerSnapshot(program);
registerPulumi(program);
registerGolden(program);
registerTest(program);
registerBench(program);

try {
  await program.parseAsync();
} catch (error) {
  process.stderr.write(`error: ${describe(error)}\n`);
  if (process.env["DEBUG"]) console.error(error);
  process.exitCode = 1;
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
