/** Esplora's HTTP API for Bitcoin, on an index of one node. */
import { Hono } from "hono";
import { HTTPException } from "hono/http-exception";

import { messageOf } from "../../base/message.ts";
import { unlessAborted } from "../../base/wait.ts";
import type { RpcClient } from "../../bootstrap/rpc/client.ts";
import { RpcError } from "../../bootstrap/rpc/rpc-errors.ts";
import type { ChainIndex } from "../index/chain-index.ts";
import { IndexLimitError } from "../index/limits.ts";
import { blockRoutes } from "./blocks.ts";
import { broadcastRoutes } from "./broadcast.ts";
import { type Faucet, faucetRoutes } from "./faucet.ts";
import { mempoolRoutes } from "./mempool.ts";
import { scriptRoutes } from "./scripts.ts";
import { transactionRoutes } from "./transactions.ts";

export interface EsploraOptions {
  /** The node of the index: gets what is broadcast, and is asked for fee estimates. */
  readonly rpc: RpcClient;
  /** Pays for `POST /faucet`. Left out: there is none. */
  readonly faucet?: Faucet | undefined;
  /** Mines a block after each transaction that was broadcast. Left out: nothing is mined. */
  readonly mine?: (() => Promise<void>) | undefined;
  /** Milliseconds that a request waits for a node that is away, as during a reset. Default: 10 000. */
  readonly timeoutMs?: number | undefined;
}

/**
 * An answer is of the node's state at the time of the request, or later: no test has to wait for the index. That
 * costs two small calls to the node, for all requests of the same moment together.
 * @internal
 */
export function esplora(index: ChainIndex, options: EsploraOptions): Hono {
  const { rpc, faucet, mine, timeoutMs = 10_000 } = options;
  const app = new Hono();
  app.use(async (c, next) => {
    if (c.req.method !== "POST") await refreshed(index, timeoutMs);
    await next();
    // A reset changes what electrs has cached for years.
    c.header("cache-control", "no-store");
  });
  app
    .route("/", blockRoutes(index))
    .route("/", transactionRoutes(index))
    .route("/", scriptRoutes(index))
    .route("/", mempoolRoutes(index, rpc))
    .route("/", broadcastRoutes(rpc, mine));
  if (faucet !== undefined) app.route("/", faucetRoutes(faucet));
  app.all("*", (c) => c.text(`endpoint does not exist ${JSON.stringify(c.req.path)}`, 404));
  app.onError((error, c) => {
    if (error instanceof HTTPException) return c.text(error.message, error.status);
    // Neither is the client's fault: the node is away, or the chain is too large.
    const away = error instanceof RpcError || error instanceof IndexLimitError;
    return c.text(messageOf(error), away ? 503 : 500);
  });
  return app;
}

async function refreshed(index: ChainIndex, timeoutMs: number): Promise<void> {
  const limit = AbortSignal.timeout(timeoutMs);
  await unlessAborted(index.refresh(), limit).catch((error: unknown) => {
    if (!limit.aborted) throw error;
    const message = `the node did not answer within ${timeoutMs / 1_000} s`;
    throw new HTTPException(503, { message, cause: error });
  });
}
