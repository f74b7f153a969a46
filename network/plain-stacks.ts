/**
 * Pulumi's runner reads source maps for the stack of each error, and takes one for each promise of each resource: a
 * sixth of an update's CPU time. Node runs this program as it is written, so that there is nothing to map.
 */
// Only the runner sets it: what imports the program for a test keeps its own way of telling stacks.
if (process.env["PULUMI_NODEJS_MONITOR"] !== undefined) {
  Reflect.deleteProperty(Error, "prepareStackTrace");
}
