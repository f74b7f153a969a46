/** What a command says of the error that it ends with. */
import { isAggregateError, isError } from "../../base/is-error.ts";
import { messageOf } from "../../base/message.ts";

/** The message and those of its causes, as far as they say something new. */
export function describe(error: unknown): string {
  if (isSuppressed(error))
    return `${describe(error.suppressed)}\n  then cleaning up failed: ${describe(error.error)}`;
  const messages: string[] = [];
  for (let at = error; isError(at); at = at.cause) {
    const message = isAggregateError(at) ? messageOf(at) : at.message || at.name;
    if (!messages.some((known) => known.includes(message))) messages.push(message);
  }
  return messages.length === 0 ? messageOf(error) : messages.join("\n  because: ");
}

/** Its own or its cause's, where it has one. Default: 1. */
export function exitCodeOf(error: unknown): number {
  if (isSuppressed(error)) return exitCodeOf(error.suppressed);
  for (let at = error; isError(at); at = at.cause) {
    const { exitCode } = at as { exitCode?: unknown };
    if (at.name !== "ExecaError" && typeof exitCode === "number") return exitCode;
  }
  return 1;
}

/** Of work that failed, and whose clean-up then failed too. */
function isSuppressed(error: unknown): error is SuppressedError {
  return isError(error) && "suppressed" in error && "error" in error;
}
