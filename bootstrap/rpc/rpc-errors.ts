import { printable } from "../../base/printable.ts";
import { pointing } from "../../base/troubleshooting.ts";

/** Where a call went. Every error of this module names it; none names the call's parameters. */
export interface CallSite {
  /** The endpoint, without credentials: `http://127.0.0.1:18332/wallet/alice`. */
  readonly url: string;
  readonly method: string;
}

/** Any failure of a call to a node. Its message holds no control characters, whoever answered. */
export class RpcError extends Error {
  override readonly name: string = "RpcError";
  readonly url: string;
  readonly method: string;
  /** What went wrong: the message without the url and the method. */
  readonly detail: string;

  constructor({ url, method }: CallSite, said: string, cause?: unknown) {
    const detail = printable(said);
    super(`${url} ${method}: ${detail}`, cause === undefined ? undefined : { cause });
    this.url = url;
    this.method = method;
    this.detail = detail;
  }
}

/** The node took the call and answered with an error. */
export class RpcResponseError extends RpcError {
  override readonly name = "RpcResponseError";
  /** bitcoind's code, see {@link RpcCode}. */
  readonly code: number;
  /**
   * bitcoind's own words, whole, and as they came: not to be printed as they are. The error's message has them
   * on one line and cut, for some are pages of help.
   */
  readonly rpcMessage: string;

  constructor(call: CallSite, code: number, rpcMessage: string) {
    super(call, `${excerpt(rpcMessage.replaceAll(/\s+/g, " "), 300)} (code ${code})`);
    this.code = code;
    this.rpcMessage = rpcMessage;
  }
}

/** The node refused the caller. */
export class RpcAuthError extends RpcError {
  override readonly name = "RpcAuthError";
  readonly status: 401 | 403;
  readonly user: string;

  constructor(call: CallSite, status: 401 | 403, user: string) {
    super(
      call,
      pointing(
        status === 401
          ? `the node does not accept the password of user "${user}" (HTTP 401)`
          : `the node does not accept calls from this address, which is not in its rpcallowip, ` +
              `or its rpcwhitelist denies user "${user}" this method (HTTP 403)`,
        "wrong-password",
      ),
    );
    this.status = status;
    this.user = user;
  }
}

/** The call did not get through, or its answer did not come back. */
export class RpcConnectionError extends RpcError {
  override readonly name = "RpcConnectionError";
  /** The system's or undici's code, such as `ECONNREFUSED` or `UND_ERR_SOCKET`; `HTTP_503` when the node takes no calls. */
  readonly code: string;
  /** Whether the call may have changed something on the node all the same. */
  readonly mayHaveTakenEffect: boolean;

  constructor(
    call: CallSite,
    detail: string,
    {
      code,
      mayHaveTakenEffect,
      cause,
    }: { code: string; mayHaveTakenEffect: boolean; cause?: unknown },
  ) {
    super(call, detail + warning(mayHaveTakenEffect), cause);
    this.code = code;
    this.mayHaveTakenEffect = mayHaveTakenEffect;
  }
}

/** The call's time limit passed. `cause` is the last failure that was waited out, if any. */
export class RpcTimeoutError extends RpcError {
  override readonly name = "RpcTimeoutError";
  readonly timeoutMs: number;
  /** Whether the call may have changed something on the node all the same. */
  readonly mayHaveTakenEffect: boolean;

  constructor(
    call: CallSite,
    timeoutMs: number,
    { mayHaveTakenEffect, cause }: { mayHaveTakenEffect: boolean; cause?: unknown },
  ) {
    const seen = cause instanceof RpcError ? `; last seen: ${cause.detail}` : "";
    const detail = `no answer within ${timeoutMs / 1000} s${seen}${warning(mayHaveTakenEffect)}`;
    super(call, detail, cause);
    this.timeoutMs = timeoutMs;
    this.mayHaveTakenEffect = mayHaveTakenEffect;
  }
}

/** What goes behind the words of an error whose call may have changed something on the node. */
export function warning(mayHaveTakenEffect: boolean): string {
  return mayHaveTakenEffect ? "; the call may still have taken effect" : "";
}

/** What answered does not speak as bitcoind does: most likely another service on that port. */
export class RpcProtocolError extends RpcError {
  override readonly name = "RpcProtocolError";
}

/** The codes that the project acts on. Source: Bitcoin Core, src/rpc/protocol.h. */
export const RpcCode = {
  /** RPC_TYPE_ERROR: a value of a wrong type, or an amount out of range. */
  TYPE_ERROR: -3,
  /** RPC_WALLET_ERROR: any wallet error without a code of its own; the message tells which. */
  WALLET_ERROR: -4,
  /** RPC_INVALID_ADDRESS_OR_KEY: unknown address, key, transaction or block. */
  INVALID_ADDRESS_OR_KEY: -5,
  /** RPC_WALLET_INSUFFICIENT_FUNDS; `sendtoaddress` answers it whenever it cannot build the transaction. */
  WALLET_INSUFFICIENT_FUNDS: -6,
  /** RPC_INVALID_PARAMETER: wrong, missing or duplicate parameter. */
  INVALID_PARAMETER: -8,
  /** RPC_WALLET_INVALID_LABEL_NAME; `getaddressesbylabel` answers it for a label without addresses. */
  WALLET_INVALID_LABEL_NAME: -11,
  /** RPC_WALLET_NOT_FOUND: no such wallet, or it is not loaded. */
  WALLET_NOT_FOUND: -18,
  /** RPC_CLIENT_NODE_ALREADY_ADDED: `addnode` for a node that is there already. */
  NODE_ALREADY_ADDED: -23,
  /** RPC_VERIFY_ERROR: a transaction or block that cannot be checked, such as one with unknown inputs. */
  VERIFY_ERROR: -25,
  /** RPC_VERIFY_REJECTED: a transaction or block that the rules refuse. */
  VERIFY_REJECTED: -26,
  /** RPC_VERIFY_ALREADY_IN_UTXO_SET: a transaction that is in the chain already. */
  VERIFY_ALREADY_IN_UTXO_SET: -27,
  /** RPC_IN_WARMUP: the node is starting and refuses every call before looking at it. */
  IN_WARMUP: -28,
  /** RPC_CLIENT_NODE_NOT_ADDED: `addnode remove` for a node that nobody added. */
  NODE_NOT_ADDED: -24,
  /** RPC_CLIENT_NODE_NOT_CONNECTED: `disconnectnode` for a node that is not connected. */
  NODE_NOT_CONNECTED: -29,
  /** RPC_WALLET_ALREADY_LOADED: `loadwallet` for a wallet that is loaded. */
  WALLET_ALREADY_LOADED: -35,
  /** RPC_METHOD_NOT_FOUND: this version has no such method, or was built without the wallet. */
  METHOD_NOT_FOUND: -32601,
} as const;

/** Whether a node answered a call with one of these codes. */
export function hasRpcCode(error: unknown, ...codes: readonly number[]): error is RpcResponseError {
  return error instanceof RpcResponseError && codes.includes(error.code);
}

/** The beginning of a text, marked where it was cut. */
export function excerpt(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length)}…` : text;
}
