import { register as registerBench } from "./bench.ts";
import { register as registerCli } from "./cli.ts";
import { register as registerClone } from "./clone.ts";
import { register as registerDocs } from "./docs.ts";
import { register as registerDown } from "./down.ts";
import { register as registerGolden } from "./golden.ts";
import { register as registerLogs } from "./logs.ts";
import { register as registerMine } from "./mine.ts";
import { register as registerPackage } from "./package.ts";
import { runProgram } from "./program.ts";
import { register as registerPulumi } from "./pulumi.ts";
import { register as registerTest } from "./test.ts";
import { register as registerReset } from "./reset.ts";
import { register as registerSnapshot } from "./snapshot.ts";
import { register as registerStatus } from "./status.ts";
import { register as registerTime } from "./time.ts";
import { register as registerUp } from "./up.ts";

/*
 * Each subcommand registers itself from its own file and imports what it needs only when it runs,
 * so that no subcommand pays for another one's libraries.
 */
await runProgram("A Bitcoin regtest network in Docker, declared with Pulumi.", (program) => {
  registerUp(program);
  registerDown(program);
  registerStatus(program);
  registerLogs(program);
  registerMine(program);
  registerTime(program);
  registerReset(program);
  registerSnapshot(program);
  registerCli(program);
  registerClone(program);
  registerPackage(program);
  registerPulumi(program);
  registerGolden(program);
  registerDocs(program);
  registerTest(program);
  registerBench(program);
});
