/**
 * Whether it is an error, of this realm or another. Jest, and vitest's pools of vm contexts, give every test
 * file globals of its own, and then the errors of Node's own modules are not `instanceof Error` there.
 */
export function isError(value: unknown): value is Error {
  // To the first releases of Node 24 what an AbortSignal ends with, a DOMException, is none.
  return Error.isError(value) || tagOf(value) === "[object DOMException]";
}

/** Whether it is several errors in one, as of a host with several addresses that all refuse. */
export function isAggregateError(value: unknown): value is AggregateError {
  return isError(value) && "errors" in value && Array.isArray(value.errors);
}

function tagOf(value: unknown): string {
  return Object.prototype.toString.call(value);
}
