import { pointing } from "../../base/troubleshooting.ts";
import {
  type CallSite,
  RpcAuthError,
  RpcConnectionError,
  RpcProtocolError,
  RpcResponseError,
  excerpt,
  warning,
} from "./rpc-errors.ts";
import { READ_ONLY } from "./methods.ts";
import { type LargeIntegers, UnacceptableJsonError, parseJson } from "./parse.ts";
import type { Redact } from "./redact.ts";

/** An HTTP answer, read to its end. */
export interface HttpAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly text: string;
}

/** Who asked. */
export interface Caller {
  /** Named in the error when the node refuses the credentials. */
  readonly user: string;
  /** Takes the caller's credentials out of what an error quotes. */
  readonly redact: Redact;
  readonly largeIntegers: LargeIntegers;
}

/** How much of a stranger's answer an error shows, in characters. */
const SHOWN = 80;

/**
 * Takes the result out of a node's answer, or throws what the answer says went wrong.
 *
 * The body decides, not the HTTP status: to a JSON-RPC 2.0 request, bitcoind answers errors with
 * status 200 from version 28 on, and in the older shape, with both fields and status 404 or 500, before.
 *
 * @param id The request's id, which the answer must carry.
 */
export function readAnswer(
  call: CallSite,
  id: number,
  answer: HttpAnswer,
  caller: Caller,
): unknown {
  const body = parseAnswer(call, answer.text, caller.largeIntegers);
  if (!isAnswer(body)) throw notRpc(call, answer, caller);
  return resultOf(call, id, body, caller);
}

/** One call of a batch. */
export interface BatchedCall {
  readonly id: number;
  readonly method: string;
}

/**
 * The same for a batch: the results in the order of the calls, in whichever order they came.
 * @throws what the first call that failed would throw
 */
export function readBatch(
  call: CallSite,
  calls: readonly BatchedCall[],
  answer: HttpAnswer,
  caller: Caller,
): unknown[] {
  const body = parseAnswer(call, answer.text, caller.largeIntegers);
  // What is refused as a whole is answered as a single call.
  if (isAnswer(body)) resultOf(call, 0, body, caller);
  if (!Array.isArray(body) || !body.every(isAnswer)) throw notRpc(call, answer, caller);
  const byId = new Map(body.map((one) => [one["id"], one]));
  return calls.map(({ id, method }) =>
    resultOf({ ...call, method }, id, byId.get(id) ?? {}, caller),
  );
}

function resultOf(
  call: CallSite,
  id: number,
  body: Record<string, unknown>,
  caller: Caller,
): unknown {
  const shown = (value: unknown): string =>
    excerpt(value === undefined ? "none" : caller.redact(asJson(value)), SHOWN);
  const error = body["error"] ?? undefined;
  // A node that could not read the id answers with an error and id null (JSON-RPC 2.0, section 5).
  if (body["id"] !== id && !(body["id"] === null && error !== undefined)) {
    const detail = `the answer is to request ${shown(body["id"])}, not to request ${id}`;
    throw new RpcProtocolError(call, detail);
  }
  if (error === undefined) return body["result"];
  if (
    !isObject(error) ||
    typeof error["code"] !== "number" ||
    typeof error["message"] !== "string"
  ) {
    throw new RpcProtocolError(call, `the answer's error has no code and message: ${shown(error)}`);
  }
  throw new RpcResponseError(call, error["code"], caller.redact(error["message"]));
}

/** The error for an answer that carries no JSON-RPC body: here the HTTP status is all there is. */
function notRpc(
  call: CallSite,
  { status, contentType, text }: HttpAnswer,
  { user, redact }: Caller,
): Error {
  if (status === 401 || status === 403) return new RpcAuthError(call, status, user);
  const page = (): string => excerpt(asJson(words(redact(text))), SHOWN);
  if (status === 503) {
    // The work queue is full or the node shuts down; either way the call was not begun.
    const detail = `the node takes no calls now (HTTP 503: ${page()})`;
    return new RpcConnectionError(call, detail, { code: "HTTP_503", mayHaveTakenEffect: false });
  }
  // Broken JSON may be a real answer, cut, with keys in it.
  const seen = /^\s*[[{]/.test(text) ? `${text.length} characters of JSON` : page();
  const type = excerpt(redact(contentType), SHOWN) || "no content type";
  return new RpcProtocolError(
    call,
    pointing(
      `this is not a response from bitcoind (HTTP ${status}, ${type}): ${seen}; ` +
        `is another service listening there?`,
      "another-service-answers",
    ),
  );
}

/** Undefined: the text is no JSON. */
function parseAnswer(call: CallSite, text: string, largeIntegers: LargeIntegers): unknown {
  try {
    return parseJson(text, largeIntegers);
  } catch (error) {
    if (!(error instanceof UnacceptableJsonError)) return undefined;
    const detail = `the answer was not read: ${error.message}`;
    throw new RpcProtocolError(call, detail + warning(!READ_ONLY.has(call.method)));
  }
}

function isAnswer(value: unknown): value is Record<string, unknown> {
  return isObject(value) && ("result" in value || "error" in value);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** What a page says, without its markup. */
function words(page: string): string {
  return page
    .slice(0, 1_000)
    .replaceAll(/<[^>]*>|\s+/g, " ")
    .replaceAll(/ +/g, " ")
    .trim();
}

function asJson(value: unknown): string {
  return JSON.stringify(value, (_key, member: unknown) =>
    typeof member === "bigint" ? member.toString() : member,
  );
}
