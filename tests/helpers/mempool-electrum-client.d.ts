/** What the tests use of a library that has no types. */
declare module "@mempool/electrum-client" {
  import type { EventEmitter } from "node:events";

  interface Callbacks {
    readonly onLog?: (line: string) => void;
    readonly onError?: (error: unknown) => void;
  }

  export default class ElectrumClient {
    readonly subscribe: EventEmitter;
    readonly versionInfo: readonly [software: string, protocol: string];
    constructor(
      port: number,
      host: string,
      protocol: "tcp",
      options: object,
      callbacks?: Callbacks,
    );
    initElectrum(config: { readonly client: string; readonly version: string }): Promise<this>;
    request(method: string, params: readonly unknown[]): Promise<unknown>;
    requestBatch(
      method: string,
      params: readonly unknown[],
    ): Promise<{ readonly result: unknown; readonly param: unknown }[]>;
    blockchainHeaders_subscribe(): Promise<{ readonly height: number; readonly hex: string }>;
    blockchainScripthash_subscribe(scripthash: string): Promise<unknown>;
    blockchainScripthash_getBalance(
      scripthash: string,
    ): Promise<{ readonly confirmed: number; readonly unconfirmed: number }>;
    blockchainScripthash_getHistoryBatch(
      scripthashes: readonly string[],
    ): Promise<{ readonly result: unknown; readonly param: unknown }[]>;
    blockchainTransaction_broadcast(hex: string): Promise<string>;
    blockchainTransaction_get(txid: string, verbose?: boolean): Promise<unknown>;
    close(): void;
  }
}
