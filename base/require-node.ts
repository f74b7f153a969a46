/// <reference lib="esnext.disposable" preserve="true" />
/**
 * Imported first by each entry of the package: later imports would fail on an older Node.js, with a message of their own
 * or of a library.
 */
import { nodeProblem } from "./node-version.ts";

const problem = nodeProblem(process.version);
if (problem !== undefined) throw new Error(problem);
