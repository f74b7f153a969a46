// Not all of undici: without fetch, caches and mocks it loads in half the time.
import request from "undici/lib/api/api-request.js";
import errors from "undici/lib/core/errors.js";
import Pool from "undici/lib/dispatcher/pool.js";

import { isAggregateError, isError } from "../../base/is-error.ts";
import { pointing } from "../../base/troubleshooting.ts";
import type { HttpAnswer } from "./answer.ts";
import { type CallSite, RpcConnectionError, RpcProtocolError, warning } from "./rpc-errors.ts";
import { READ_ONLY } from "./methods.ts";

export interface TransportOptions {
  readonly url: string;
  readonly user: string;
  readonly password: string;
  /** Largest answer that is read, in bytes. */
  readonly maxResponseBytes: number;
}

/** The connections to one node: posts a body, returns the answer, and tells a cut line from a refused one. */
export class Transport {
  readonly origin: string;
  readonly #pool: Pool;
  readonly #headers: Record<string, string>;
  readonly #maxResponseBytes: number;

  constructor({ url, user, password, maxResponseBytes }: TransportOptions) {
    this.origin = readOrigin(url);
    this.#headers = {
      authorization: `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`,
      "content-type": "application/json",
    };
    this.#maxResponseBytes = maxResponseBytes;
    this.#pool = new Pool(this.origin, {
      // bitcoind works on 16 calls at once (DEFAULT_HTTP_THREADS, httpserver.h; 4 before version 30).
      connections: 16,
      maxResponseSize: maxResponseBytes,
      // Every call has a signal with its own limit, and one that waits in the node may be silent for long.
      headersTimeout: 0,
      bodyTimeout: 0,
    });
  }

  async post(call: CallSite, path: string, body: string, signal: AbortSignal): Promise<HttpAnswer> {
    try {
      const response = await request.call(this.#pool, {
        method: "POST",
        path,
        headers: this.#headers,
        body,
        signal,
      });
      return {
        status: response.statusCode,
        contentType: String(response.headers["content-type"] ?? ""),
        text: await response.body.text(),
      };
    } catch (error) {
      signal.throwIfAborted();
      throw describe(call, error, this.#maxResponseBytes);
    }
  }

  /** Gives up the calls under way and closes the connections. */
  async close(): Promise<void> {
    await this.#pool.destroy();
  }
}

function readOrigin(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol !== "http:" || url.href !== `${url.origin}/`) {
    // The text is not shown: it may hold a password.
    throw new TypeError("the url of a node is http://HOST:PORT; give user and password separately");
  }
  return url.origin;
}

/** What the system was asked for when a failure came before anything was sent. */
const CONNECTING = new Set<unknown>(["getaddrinfo", "connect"]);

function describe(call: CallSite, error: unknown, maxResponseBytes: number): unknown {
  // localhost has two addresses; when both fail, the errors come together.
  const first: unknown = isAggregateError(error) ? error.errors[0] : error;
  if (first instanceof errors.HTTPParserError) {
    const told = pointing("the server does not speak HTTP", "another-service-answers");
    // Without the parser's error as a cause: it holds the bytes that came, which may be what was sent.
    return new RpcProtocolError(call, told);
  }
  if (!isError(first) || !("code" in first) || typeof first.code !== "string") {
    return error;
  }
  const { code, message } = first;
  if (code === "UND_ERR_RES_EXCEEDED_MAX_SIZE") {
    const detail = `the answer is larger than ${maxResponseBytes} bytes, the client's maxResponseBytes`;
    return new RpcProtocolError(call, detail + warning(!READ_ONLY.has(call.method)));
  }
  const connecting =
    code === "UND_ERR_CONNECT_TIMEOUT" || ("syscall" in first && CONNECTING.has(first.syscall));
  const detail = connecting ? message : `the connection was cut (${message})`;
  const mayHaveTakenEffect = !connecting && !READ_ONLY.has(call.method);
  return new RpcConnectionError(call, detail, { code, mayHaveTakenEffect, cause: error });
}
