/** The Electrum protocol 1.4 over TCP, a JSON object or batch on each line, for wallets on this machine. */
import { once } from "node:events";
import { type AddressInfo, createServer, type Server } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

import { loopback } from "../../engine/host.ts";
import type { RpcClient } from "../../bootstrap/rpc/client.ts";
import { RpcError } from "../../bootstrap/rpc/rpc-errors.ts";
import type { ChainIndex } from "../index/chain-index.ts";
import { Client, type Served } from "./client.ts";
import { electrumMethods } from "./methods/methods.ts";
import { Subscriptions } from "./subscriptions.ts";
import { defaultLimits, type ElectrumLimits } from "./wire/limits.ts";

export interface ElectrumServerOptions {
  readonly index: ChainIndex;
  /** Of the index's node. */
  readonly rpc: RpcClient;
  /** Mines a block after each transaction that was broadcast. Left out: nothing is mined. */
  readonly mine?: (() => Promise<void>) | undefined;
  /** Default: 0, one that is free. */
  readonly port?: number | undefined;
  /** Address of the interface. Default: the loopback one, for programs on this machine. */
  readonly address?: string | undefined;
  /** Host name that `server.features` tells. Default: 127.0.0.1. */
  readonly host?: string | undefined;
  readonly limits?: Partial<ElectrumLimits> | undefined;
}

/** Milliseconds that an answer waits for a node that is away, as during a reset. */
const awayMs = 10_000;

export class ElectrumServer implements AsyncDisposable {
  readonly #server: Server;
  readonly #served: Served;
  readonly #clients = new Set<Client>();

  private constructor(server: Server, served: Served) {
    this.#server = server;
    this.#served = served;
  }

  /**
   * Serves clients until it is disposed of. Does not keep the process alive.
   * @throws Error when another program has the port
   */
  static async open({
    index,
    rpc,
    mine,
    port = 0,
    address = loopback,
    host = loopback,
    limits,
  }: ElectrumServerOptions): Promise<ElectrumServer> {
    // A client may have said its last word and still read the answers, as netcat does.
    const server = createServer({ allowHalfOpen: true });
    server.listen({ host: address, port, exclusive: true });
    await once(server, "listening");
    server.unref();
    const { port: own } = server.address() as AddressInfo;
    const genesisHash = index.blockAt(0)?.hash ?? "";
    const served: Served = {
      ...{ index, limits: { ...defaultLimits, ...limits } },
      methods: electrumMethods({ index, rpc, mine }, { genesisHash, host, port: own }),
      subscriptions: new Subscriptions(index),
      refresh: () => refreshed(index),
    };
    const opened = new ElectrumServer(server, served);
    opened.#accept();
    return opened;
  }

  /** `tcp://127.0.0.1:PORT`. */
  get url(): string {
    const { port } = this.#server.address() as AddressInfo;
    return `tcp://${loopback}:${port}`;
  }

  /** Cuts the connections. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#server.listening) return;
    this.#served.subscriptions[Symbol.dispose]();
    this.#server.close();
    for (const client of this.#clients) client.close();
    await once(this.#server, "close");
  }

  #accept(): void {
    this.#server.maxConnections = this.#served.limits.connections;
    this.#server.on("connection", (socket) => {
      socket.unref();
      const client = new Client(socket, this.#served);
      this.#clients.add(client);
      void client.serve().finally(() => this.#clients.delete(client));
    });
  }
}

/** Without its node, the index has what the node had last. */
async function refreshed(index: ChainIndex): Promise<void> {
  const away = new AbortController();
  const waited = sleep(awayMs, undefined, { ref: false, signal: away.signal });
  try {
    await Promise.race([index.refresh(), waited]);
  } catch (error) {
    if (!(error instanceof RpcError)) throw error;
  } finally {
    away.abort();
    await waited.catch(() => undefined);
  }
}
