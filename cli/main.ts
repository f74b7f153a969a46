/** The command line of a clone of the repository, which `npm run` starts. */
import { register as registerBench } from "./dev/bench.ts";
import { register as registerCheck } from "./dev/check.ts";
import { register as registerDocs } from "./dev/docs.ts";
import { register as registerGolden } from "./dev/golden.ts";
import { register as registerPackage } from "./dev/package.ts";
import { register as registerTest } from "./dev/test.ts";
import { register as registerTestEngine } from "./dev/test-engine.ts";
import { runProgram } from "./program.ts";
import { registerUserCommands } from "./user-commands.ts";

await runProgram((program) => {
  registerUserCommands(program);
  registerPackage(program);
  registerGolden(program);
  registerDocs(program);
  registerCheck(program);
  registerTest(program);
  registerTestEngine(program);
  registerBench(program);
});
