/** The command line of a clone of the repository, which `npm run` starts. */
import { runProgram } from "./program.ts";
import { userCommands } from "./user-commands.ts";

await runProgram({
  ...userCommands,
  package: () => import("./dev/package.ts"),
  golden: () => import("./dev/golden.ts"),
  docs: () => import("./dev/docs.ts"),
  check: () => import("./dev/check.ts"),
  test: () => import("./dev/test.ts"),
  "test-engine": () => import("./dev/test-engine.ts"),
  bench: () => import("./dev/bench.ts"),
});
