/** What is common to all answers: errors in plain text, and the parameters in paths. */
import { HTTPException } from "hono/http-exception";

/** A request for something that there is not. */
export function notFound(message: string): HTTPException {
  return new HTTPException(404, { message });
}

/** A request that cannot be answered as it stands. */
export function badRequest(message: string): HTTPException {
  return new HTTPException(400, { message });
}

/** A block hash or txid, in the lower case of the index. */
export function readHash(text: string): string {
  if (!/^[\da-f]{64}$/i.test(text)) throw badRequest("Invalid hex string");
  return text.toLowerCase();
}

/** An index or a height. */
export function readNumber(text: string): number {
  const number = /^\+?\d+$/.test(text) ? Number(text) : Infinity;
  if (!Number.isSafeInteger(number)) throw badRequest("Invalid number");
  return number;
}
