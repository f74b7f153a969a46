/** The servers that wallets look through: one index of one node's chain, and what is served from it. */
import { Hono } from "hono";

import type { RpcClient } from "../bootstrap/rpc/client.ts";
import { ElectrumServer } from "./electrum/electrum-server.ts";
import { esplora, type EsploraOptions } from "./esplora/esplora.ts";
import { guardOf } from "./http/guard.ts";
import { serveHttp } from "./http/http-server.ts";
import { ChainIndex } from "./index/chain-index.ts";
import type { IndexLimits } from "./index/limits.ts";
import { openPage } from "./page/page.ts";
import type { PageNetwork } from "./page/page-network.ts";

/** On 127.0.0.1, unless the explorer listens elsewhere. */
export interface ExplorerPorts {
  /** Of the HTTP server. Default: 0, one that is free. */
  readonly http?: number | undefined;
  /** Of the Electrum server. Default: 0, one that is free. */
  readonly electrum?: number | undefined;
}

/** Where the explorer of a container is, which publishes its ports. */
export interface ExplorerPlace {
  /** Address of the interface to listen on. */
  readonly address: string;
  /** The container's name on its network, which requests may name beside those of the loopback address. */
  readonly name: string;
  /** The host name or address at which its published ports are found, which requests may name as well. */
  readonly publishedHost: string;
}

export interface ExplorerOptions extends Omit<EsploraOptions, "rpc"> {
  /** Client of the node whose chain is shown. Is not closed with the explorer. */
  readonly node: RpcClient;
  readonly ports?: ExplorerPorts | undefined;
  /** Default: on the loopback address, for programs on this machine. */
  readonly place?: ExplorerPlace | undefined;
  readonly limits?: IndexLimits | undefined;
  /**
   * The network that the page shows and acts on, for those who have its link.
   * Default: the page shows the chain alone, to anyone on this machine.
   * @internal
   */
  readonly page?: PageNetwork | undefined;
  /** Ends every call to the node. */
  readonly signal?: AbortSignal | undefined;
}

export interface Explorer extends AsyncDisposable {
  /** `http://HOST:PORT` of this machine: Esplora's API, also below `/api`, as public servers have it. */
  readonly url: string;
  /** `tcp://127.0.0.1:PORT`: the Electrum protocol, versions 1.4 to 1.4.2. */
  readonly electrum: string;
  /** Link of the page, with the token that lets it act: `http://HOST:PORT/#token=…`. A secret, as passwords are. */
  readonly page: string;
  /** @internal */
  readonly index: ChainIndex;
}

/**
 * Reads the chain and serves it until it is disposed of.
 * @throws IndexLimitError when the chain is larger than `limits` allow
 */
export async function openExplorer(options: ExplorerOptions): Promise<Explorer> {
  const { node: rpc, ports, place, limits, signal, mine } = options;
  const address = place?.address;
  await using opened = new AsyncDisposableStack();
  const index = opened.use(await ChainIndex.open(rpc, { limits, signal }));
  const api = esplora(index, { ...options, rpc });
  const guard = guardOf(place === undefined ? [] : [place.name, place.publishedHost]);
  const page = opened.use(openPage(index, options.page, guard));
  const app = new Hono();
  app.route("/", page.app);
  app.use(guard.onlyOwn);
  app.route("/api", api);
  app.route("/", api);
  const http = opened.use(await serveHttp(app, { port: ports?.http, address }));
  const electrum = opened.use(
    await ElectrumServer.open({
      ...{ index, rpc, mine, port: ports?.electrum },
      ...{ address, host: place?.name },
    }),
  );
  const all = opened.move();
  return {
    url: http.url,
    electrum: electrum.url,
    page: `${http.url}/${page.token === undefined ? "" : `#token=${page.token}`}`,
    index,
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  };
}
