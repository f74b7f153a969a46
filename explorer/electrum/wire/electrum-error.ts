import { messageOf } from "../../../base/message.ts";

/** Codes of errors as Electrum's clients know them: those of JSON-RPC 2.0, and those of ElectrumX. */
export const ElectrumCode = {
  PARSE_ERROR: -32700,
  INVALID_REQUEST: -32600,
  METHOD_NOT_FOUND: -32601,
  INVALID_PARAMS: -32602,
  INTERNAL_ERROR: -32603,
  /** More than a connection may use. Electrum disconnects when it reads it. */
  EXCESSIVE_USE: -101,
  /** A value that the method does not take, a height that is not there, a transaction that the node rejects. */
  BAD_REQUEST: 1,
  /** What the node answered to a request that was handed on to it. */
  DAEMON_ERROR: 2,
} as const;

/** An error that the client is told as it stands. */
export class ElectrumError extends Error {
  override readonly name = "ElectrumError";
  readonly code: number;
  /** Whether the connection ends with it. Default: no. */
  readonly last: boolean;

  constructor(code: number, message: string, { last = false }: { last?: boolean } = {}) {
    super(message);
    this.code = code;
    this.last = last;
  }
}

export function badRequest(message: string): ElectrumError {
  return new ElectrumError(ElectrumCode.BAD_REQUEST, message);
}

/** What a client is told of any error. */
export function toldAs(error: unknown): ElectrumError {
  if (error instanceof ElectrumError) return error;
  return new ElectrumError(ElectrumCode.INTERNAL_ERROR, `internal error: ${messageOf(error)}`);
}
