/** The same as base/require-node.ts for a person: a sentence, and no stack trace. */
import { nodeProblem } from "../base/node-version.ts";

const problem = nodeProblem(process.version);
if (problem !== undefined) {
  process.stderr.write(`error: ${problem}\n`);
  process.exit(1);
}
