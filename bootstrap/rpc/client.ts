import { WaitTimeoutError, joinSignals, waitFor } from "../../base/wait.ts";
import { type Caller, readAnswer, readBatch } from "./answer.ts";
import {
  type CallSite,
  RpcCode,
  RpcConnectionError,
  hasRpcCode,
  RpcTimeoutError,
} from "./rpc-errors.ts";
import { READ_ONLY, type RpcMethods, type RpcParams, serverWaitMs } from "./methods.ts";
import type { LargeIntegers } from "./parse.ts";
import { redactor } from "./redact.ts";
import { Transport } from "./transport.ts";

export interface RpcClientOptions {
  /** `http://HOST:PORT`, without credentials. */
  readonly url: string;
  readonly user: string;
  readonly password: string;
  /** The wallet that calls go to. Default: none, which is right for calls about the node. */
  readonly wallet?: string | undefined;
  /** Limit of one call in milliseconds, retries included. Default: 30 000. */
  readonly timeoutMs?: number | undefined;
  /** Ends every call of this client. */
  readonly signal?: AbortSignal | undefined;
  /** Whether failures that surely changed nothing are tried again until the limit. Default: true. */
  readonly retry?: boolean | undefined;
  /**
   * Whether a name that does not resolve is such a failure: on a Docker network, a container has its name only while
   * it runs. Default: false.
   * @internal
   */
  readonly retryUnresolved?: boolean | undefined;
  /**
   * Largest answer that is read, in bytes. Default: 32 MiB, some 60 000 entries of `listunspent`, and above
   * what `getblock HASH 2` says of a full block.
   */
  readonly maxResponseBytes?: number | undefined;
  /**
   * What becomes of an integer that a JavaScript number cannot hold exactly (beyond 2^53). `refuse`: the
   * call fails and names its place in the answer. `bigint`: that value alone is a bigint. Amounts in BTC
   * have at most 16 digits, and are never among them. Default: `refuse`.
   */
  readonly largeIntegers?: LargeIntegers | undefined;
}

/** What one call may have different from its client. */
export interface CallOptions {
  readonly timeoutMs?: number | undefined;
  /** Ends the call, beside the client's own signal. */
  readonly signal?: AbortSignal | undefined;
  readonly retry?: boolean | undefined;
  /** The longest pause between two tries in milliseconds. Default: that of {@link waitFor}. */
  readonly maxEveryMs?: number | undefined;
}

/** Arguments after the method's name: a method that takes no parameters needs none given. */
type CallArguments<M extends keyof RpcMethods> = [] extends RpcMethods[M]["params"]
  ? [params?: RpcMethods[M]["params"], options?: CallOptions]
  : [params: RpcMethods[M]["params"], options?: CallOptions];

/** A method, and its parameters unless it needs none. */
export type RpcCall = {
  [M in keyof RpcMethods]: [] extends RpcMethods[M]["params"]
    ? readonly [method: M, params?: RpcMethods[M]["params"]]
    : readonly [method: M, params: RpcMethods[M]["params"]];
}[keyof RpcMethods];

type RpcResults<Calls extends readonly RpcCall[]> = {
  -readonly [At in keyof Calls]: RpcMethods[Calls[At][0]]["result"];
};

interface Call {
  readonly method: string;
  readonly params: RpcParams;
}

/**
 * A JSON-RPC client of one bitcoind, with connections kept open between calls. Fails with an
 * {@link RpcError}, or with the reason of the signal that ended the call.
 *
 * Whatever answers, an answer ends in bounded time and memory: it is read up to `maxResponseBytes`, and
 * refused, before anything is made of it, when it has more than 512 objects and arrays in each other, a
 * million of them in all, or 250 000 different names of members ({@link answerLimits}). No error holds the
 * credentials, should a server echo them.
 */
export class RpcClient implements AsyncDisposable {
  readonly #options: RpcClientOptions;
  readonly #transport: Transport;
  readonly #ownsTransport: boolean;
  readonly #path: string;
  readonly #caller: Caller;
  #lastId = 0;

  /** @param shared For {@link wallet}: the transport of another client, which closes it. */
  constructor(options: RpcClientOptions, shared?: Transport) {
    const { wallet, user, password } = options;
    const { maxResponseBytes = 32 * 1024 * 1024, largeIntegers = "refuse" } = options;
    this.#options = options;
    this.#transport = shared ?? new Transport({ ...options, maxResponseBytes });
    this.#ownsTransport = shared === undefined;
    this.#caller = { user, redact: redactor(user, password), largeIntegers };
    this.#path = wallet === undefined ? "/" : `/wallet/${encodeURIComponent(wallet)}`;
  }

  /** Where calls go, without credentials. */
  get url(): string {
    return this.#transport.origin + (this.#path === "/" ? "" : this.#path);
  }

  /** The same node and connections, with calls going to one wallet. Need not be closed. */
  wallet(name: string): RpcClient {
    return new RpcClient({ ...this.#options, wallet: name }, this.#transport);
  }

  /**
   * Calls a method, with parameters by position or by name, and returns its result.
   *
   * A call is sent again only where that is surely harmless: the connection was refused, the node
   * said that it is starting or too busy, or the line was cut and the method only reads.
   */
  call<M extends keyof RpcMethods>(
    method: M,
    ...args: CallArguments<M>
  ): Promise<RpcMethods[M]["result"]>;
  /** A method outside {@link RpcMethods}: the type of its result must be given. */
  call<T = never>(
    method: [T] extends [never] ? never : string,
    params?: RpcParams,
    options?: CallOptions,
  ): Promise<T>;
  async call(method: string, params: RpcParams = [], options: CallOptions = {}): Promise<unknown> {
    return await this.#within(method, serverWaitMs(method, params), options, (call, signal) =>
      this.#callOnce(call, params, signal),
    );
  }

  /**
   * Calls a method many times in one request, a batch of JSON-RPC, on which the node spends one of its threads.
   * Returns the results in order, or throws what the first call that failed would throw.
   * @param params of each call
   */
  callMany<M extends keyof RpcMethods>(
    method: M,
    params: readonly RpcMethods[M]["params"][],
    options?: CallOptions,
  ): Promise<RpcMethods[M]["result"][]>;
  /** With parameters that {@link RpcMethods} does not have: the type of a result must be given. */
  callMany<T = never>(
    method: [T] extends [never] ? never : string,
    params: readonly RpcParams[],
    options?: CallOptions,
  ): Promise<T[]>;
  async callMany(
    method: string,
    params: readonly RpcParams[],
    options: CallOptions = {},
  ): Promise<unknown[]> {
    return await this.#batch(
      params.map((params) => ({ method, params })),
      options,
    );
  }

  /**
   * Calls several methods in one request, as {@link callMany} calls one: the node answers them in this order. Only
   * methods that read; what else was called could have taken effect when another of them fails.
   */
  async callAll<const Calls extends readonly RpcCall[]>(
    calls: Calls,
    options: CallOptions = {},
  ): Promise<RpcResults<Calls>> {
    const batch = calls.map(([method, params = []]) => ({ method, params: params as RpcParams }));
    return (await this.#batch(batch, options)) as RpcResults<Calls>;
  }

  async #batch(calls: readonly Call[], options: CallOptions): Promise<unknown[]> {
    const [first] = calls;
    if (first === undefined) return [];
    return await this.#within(first.method, 0, options, (call, signal) =>
      this.#batchOnce(call, calls, signal),
    );
  }

  async #within<T>(
    method: string,
    waitMs: number,
    options: CallOptions,
    once: (call: CallSite, signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    const call: CallSite = { url: this.url, method };
    const retry = options.retry ?? this.#options.retry ?? true;
    const limitMs = (options.timeoutMs ?? this.#options.timeoutMs ?? 30_000) + waitMs;
    try {
      const { result } = await waitFor(async (signal) => ({ result: await once(call, signal) }), {
        what: `${call.url} ${method}`,
        limitMs,
        // One try may take all the time there is: a second would be a second call.
        tryLimitMs: Infinity,
        ...(options.maxEveryMs !== undefined && { maxEveryMs: options.maxEveryMs }),
        signal: joinSignals(this.#options.signal, options.signal),
        retryOn: (error) => retry && isPassing(error, this.#options),
      });
      return result;
    } catch (error) {
      if (!(error instanceof WaitTimeoutError)) throw error;
      throw new RpcTimeoutError(call, limitMs, {
        mayHaveTakenEffect: error.cutShort && !READ_ONLY.has(method),
        cause: error.cause,
      });
    }
  }

  async close(): Promise<void> {
    if (this.#ownsTransport) await this.#transport.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #callOnce(call: CallSite, params: RpcParams, signal: AbortSignal): Promise<unknown> {
    const id = ++this.#lastId;
    const body = JSON.stringify({ jsonrpc: "2.0", id, method: call.method, params });
    const answer = await this.#transport.post(call, this.#path, body, signal);
    return readAnswer(call, id, answer, this.#caller);
  }

  async #batchOnce(
    call: CallSite,
    calls: readonly Call[],
    signal: AbortSignal,
  ): Promise<unknown[]> {
    const requests = calls.map((one) => ({ jsonrpc: "2.0", id: ++this.#lastId, ...one }));
    const answer = await this.#transport.post(call, this.#path, JSON.stringify(requests), signal);
    return readBatch(call, requests, answer, this.#caller);
  }
}

/** Failures that pass by themselves. Any other is the caller's to see at once. */
const PASSING = new Set([
  "ECONNREFUSED",
  "ECONNRESET",
  "EPIPE",
  "UND_ERR_SOCKET",
  "UND_ERR_RES_CONTENT_LENGTH_MISMATCH", // An answer cut after "Connection: close".
  "HTTP_503",
]);

/** A name that is not there, and one that nobody answers for now. */
const UNRESOLVED = new Set(["ENOTFOUND", "EAI_AGAIN"]);

function isPassing(error: unknown, { retryUnresolved = false }: RpcClientOptions): boolean {
  if (error instanceof RpcConnectionError) {
    if (retryUnresolved && UNRESOLVED.has(error.code)) return true;
    return PASSING.has(error.code) && !error.mayHaveTakenEffect;
  }
  return hasRpcCode(error, RpcCode.IN_WARMUP);
}
