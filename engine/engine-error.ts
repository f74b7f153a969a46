/** What the Docker engine answered when it said no. */
import { isError } from "../base/is-error.ts";

/** An answer of the engine that is an error; `statusCode` is what callers branch on, never the text. */
export class EngineError extends Error {
  readonly statusCode: number;

  constructor(message: string, statusCode: number) {
    super(message);
    this.name = "EngineError";
    this.statusCode = statusCode;
  }
}

/** The HTTP status that dockerode's error carries; `undefined` if the engine gave no answer at all. */
export function statusCodeOf(error: unknown): number | undefined {
  const code = (error as { statusCode?: unknown } | undefined)?.statusCode;
  return typeof code === "number" ? code : undefined;
}

export function isNotFound(error: unknown): boolean {
  return statusCodeOf(error) === 404;
}

export function isConflict(error: unknown): boolean {
  return statusCodeOf(error) === 409;
}

/** Lets the engine's refusals with these statuses pass (304: it is so already, 404: gone, 409: in use), and throws any other. */
export function unlessStatus(...expected: readonly number[]): (error: unknown) => void {
  return (error) => {
    const statusCode = statusCodeOf(error);
    if (statusCode === undefined || !expected.includes(statusCode)) throw engineError(error);
  };
}

/** dockerode wraps the engine's own message in HTTP terms; this is the message as the docker CLI shows it. */
export function engineError(error: unknown): Error {
  const statusCode = statusCodeOf(error);
  if (statusCode !== undefined) {
    const answer = (error as { json?: { message?: unknown } | null }).json?.message;
    const text =
      typeof answer === "string"
        ? answer
        : (error as Error).message.replace(/^\(HTTP code \d+\) [^-]*- /, "");
    // Without the client's error as a cause: it says the same once more, in HTTP terms.
    return new EngineError(`Error response from daemon: ${text.trim()}`, statusCode);
  }
  const code = (error as NodeJS.ErrnoException | undefined)?.code;
  if (code !== undefined && lostConnection.has(code)) {
    return new Error(
      `lost the connection to the Docker engine (${code}); when it answers again, run the command again`,
      { cause: error },
    );
  }
  return isError(error) ? error : new Error(String(error));
}

/** As {@link engineError}, for what a call to the engine ends with. */
export function throwEngineError(error: unknown): never {
  throw engineError(error);
}

const lostConnection = new Set(["ECONNREFUSED", "ECONNRESET", "ENOENT", "EPIPE", "ETIMEDOUT"]);
