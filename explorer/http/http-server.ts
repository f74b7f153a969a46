import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

import { getRequestListener } from "@hono/node-server";
import type { Hono } from "hono";

import { engineHost } from "../../engine/host.ts";

/** In milliseconds. A client that takes longer to send its request is cut off. */
const limits = { headersTimeout: 5_000, requestTimeout: 30_000 };

export interface HttpServer extends AsyncDisposable {
  /** `http://HOST:PORT`. */
  readonly url: string;
}

/**
 * Serves on the loopback address.
 * @param port 0: one that is free
 * @throws Error when the port is taken
 */
export async function serveHttp(app: Hono, port: number): Promise<HttpServer> {
  // The user's program has this module in its own process: Request and Response stay what they are there.
  const listener = getRequestListener(app.fetch, { overrideGlobalObjects: false });
  const server = createServer({ ...limits, connectionsCheckingInterval: 1_000 }, (...exchange) => {
    void listener(...exchange);
  });
  server.listen(port, engineHost);
  await once(server, "listening");
  const address = server.address() as AddressInfo;
  return {
    url: `http://${engineHost}:${address.port}`,
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
      if (server.listening) await once(server, "close");
    },
  };
}
