/** JSON-RPC 2.0 messages, one on each line. */
import { ElectrumCode, ElectrumError } from "./electrum-error.ts";

type Id = string | number | null;

/** By position or by name. */
export type Params = readonly unknown[] | Readonly<Record<string, unknown>>;

export interface Request {
  readonly method: string;
  readonly params: Params;
  /** Undefined: nobody waits for the answer. */
  readonly id: Id | undefined;
}

/**
 * What a line says: a request, or a list of them for a batch, of which each has to be read by {@link readRequest}.
 * @throws ElectrumError that ends the connection: whoever sends something else speaks another protocol, as a browser
 *   does that some page had send a request here
 */
export function readLine(line: string): unknown {
  try {
    return JSON.parse(line) as unknown;
  } catch {
    const message = "a line is not JSON: the Electrum protocol is spoken here, over plain TCP";
    throw new ElectrumError(ElectrumCode.PARSE_ERROR, message, { last: true });
  }
}

/** @throws ElectrumError when the message is no request */
export function readRequest(message: unknown): Request {
  if (typeof message !== "object" || message === null || Array.isArray(message))
    throw invalid("a request is an object with id, method and params");
  const { method, params = [], id } = message as Record<string, unknown>;
  if (typeof method !== "string") throw invalid("method has to be a text");
  if (id !== undefined && !isId(id)) throw invalid("id has to be a number, a text or null");
  if (typeof params !== "object" || params === null)
    throw invalid("params has to be a list or an object");
  return { method, params: params as Params, id };
}

/** The id to answer to, of a message that may be no request. */
export function idOf(message: unknown): Id {
  const { id } = Object(message) as { id?: unknown };
  return isId(id) ? id : null;
}

export function result(id: Id, value: unknown): string {
  return JSON.stringify({ jsonrpc: "2.0", id, result: value ?? null });
}

export function failure(id: Id, { code, message }: ElectrumError): string {
  return JSON.stringify({ jsonrpc: "2.0", id, error: { code, message } });
}

export function notification(method: string, params: readonly unknown[]): string {
  return JSON.stringify({ jsonrpc: "2.0", method, params });
}

function isId(id: unknown): id is Id {
  return typeof id === "string" || typeof id === "number" || id === null;
}

function invalid(message: string): ElectrumError {
  return new ElectrumError(ElectrumCode.INVALID_REQUEST, message);
}
