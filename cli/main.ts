import { register as registerBench } from "./dev/bench.ts";
import { register as registerCheck } from "./dev/check.ts";
import { register as registerCli } from "./commands/cli.ts";
import { registerClones } from "./commands/clones.ts";
import { register as registerDocs } from "./dev/docs.ts";
import { register as registerDown } from "./commands/down.ts";
import { register as registerGolden } from "./dev/golden.ts";
import { register as registerLogs } from "./commands/logs.ts";
import { register as registerPackage } from "./dev/package.ts";
import { onStack } from "./shared/on-stack.ts";
import { runProgram } from "./program.ts";
import { register as registerPulumi } from "./commands/pulumi.ts";
import { register as registerTest } from "./dev/test.ts";
import { register as registerSnapshot } from "./commands/snapshot/snapshot.ts";
import { register as registerStatus } from "./commands/status.ts";
import { register as registerUp } from "./commands/up.ts";
import { registerVerbs } from "./commands/verbs.ts";

/*
 * Each subcommand registers itself from its own file and imports what it needs only when it runs,
 * so that no subcommand pays for another one's libraries.
 */
await runProgram("A Bitcoin regtest network in Docker, declared with Pulumi.", (program) => {
  registerUp(program);
  registerDown(program);
  registerStatus(program);
  registerLogs(program);
  registerVerbs(program, onStack);
  registerSnapshot(program);
  registerCli(program);
  registerClones(program);
  registerPackage(program);
  registerPulumi(program);
  registerGolden(program);
  registerDocs(program);
  registerCheck(program);
  registerTest(program);
  registerBench(program);
});
