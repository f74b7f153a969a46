import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

import { getRequestListener } from "@hono/node-server";
import type { Hono } from "hono";

import { loopback } from "../../engine/host.ts";

/** In milliseconds. A client that takes longer to send its request is cut off. */
const limits = { headersTimeout: 5_000, requestTimeout: 30_000 };

/** Where the server listens. */
export interface Listening {
  /** Default: 0, one that is free. */
  readonly port?: number | undefined;
  /** Address of the interface. Default: the loopback one, for programs on this machine. */
  readonly address?: string | undefined;
}

export interface HttpServer extends AsyncDisposable {
  /** `http://HOST:PORT`. */
  readonly url: string;
}

/**
 * Serves until it is disposed of.
 * @throws Error when the port is taken
 */
export async function serveHttp(
  app: Hono,
  { port = 0, address = loopback }: Listening = {},
): Promise<HttpServer> {
  // The user's program has this module in its own process: Request and Response stay what they are there.
  const listener = getRequestListener(app.fetch, { overrideGlobalObjects: false });
  const server = createServer({ ...limits, connectionsCheckingInterval: 1_000 }, (...exchange) => {
    void listener(...exchange);
  });
  server.listen(port, address);
  await once(server, "listening");
  const { port: own } = server.address() as AddressInfo;
  return {
    url: `http://${loopback}:${own}`,
    async [Symbol.asyncDispose]() {
      // close() itself ends the listening; whoever is connected still has to go.
      const closed = server.listening ? once(server, "close") : undefined;
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
