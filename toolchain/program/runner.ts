/**
 * What the language host starts in place of Pulumi's runner, for the project's own program: the same runner, without
 * what it loads for other programs. That was a quarter of the program's CPU time in every update.
 */
import { createRequire } from "node:module";
import path from "node:path";

import { lazily } from "./lazily.ts";

// The language host that is built from Go modules does not hear of `typescript: false` in Pulumi.yaml, and with this
// the runner loads the compiler. Node runs TypeScript itself.
delete process.env["PULUMI_NODEJS_TYPESCRIPT"];

// As the program finds it.
const { resolve } = createRequire(path.join(process.cwd(), "program"));
const runner = resolve("@pulumi/pulumi/cmd/run");
const require = createRequire(runner);

// For functions that become part of the state, and for updates by a program.
for (const name of ["@npmcli/arborist", "../../typescript-shim", "../../automation"])
  lazily(require, name);
// Source maps, which this program has none of, for the stack of every promise.
lazily(require, "source-map-support/register");

require(runner);
