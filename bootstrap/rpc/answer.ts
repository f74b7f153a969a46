import { pointing } from "../../base/troubleshooting.ts";
import {
  type CallSite,
  RpcAuthError,
  RpcConnectionError,
  RpcProtocolError,
  RpcResponseError,
  excerpt,
} from "./errors.ts";

/** An HTTP answer, read to its end. */
export interface HttpAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly text: string;
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
 * @param user Named in the error when the node refuses the credentials.
 */
export function readAnswer(call: CallSite, id: number, answer: HttpAnswer, user: string): unknown {
  const body = parseObject(answer.text);
  if (body === undefined || !("result" in body || "error" in body)) {
    throw notRpc(call, answer, user);
  }
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
  throw new RpcResponseError(call, error["code"], error["message"]);
}

/** The error for an answer that carries no JSON-RPC body: here the HTTP status is all there is. */
function notRpc(call: CallSite, { status, contentType, text }: HttpAnswer, user: string): Error {
  if (status === 401 || status === 403) return new RpcAuthError(call, status, user);
  if (status === 503) {
    // The work queue is full or the node shuts down; either way the call was not begun.
    const detail = `the node takes no calls now (HTTP 503: ${shown(words(text))})`;
    return new RpcConnectionError(call, detail, { code: "HTTP_503", mayHaveTakenEffect: false });
  }
  // Broken JSON may be a real answer, cut, with keys in it.
  const seen = /^\s*[[{]/.test(text) ? `${text.length} characters of JSON` : shown(words(text));
  return new RpcProtocolError(
    call,
    pointing(
      `this is not the answer of a bitcoind (HTTP ${status}, ${contentType || "no content type"}): ${seen}; ` +
        `is another service listening there?`,
      "another-service-answers",
    ),
  );
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
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

function shown(value: unknown): string {
  return excerpt(value === undefined ? "none" : JSON.stringify(value), SHOWN);
}
