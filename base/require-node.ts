/**
 * Imported first by each entry of the package: what comes after it would fail on an older Node.js, by its own
 * words or those of a library.
 */
import { nodeProblem } from "./node-version.ts";

const problem = nodeProblem(process.version);
if (problem !== undefined) throw new Error(problem);
