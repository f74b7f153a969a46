/** The answers of Esplora's API, by the server's own types. */
export type { BlockJson } from "../../../esplora/block-json.ts";
export type {
  InputJson,
  OutputJson,
  OutspendJson,
  StatusJson,
  TransactionJson,
} from "../../../esplora/transaction-json.ts";
import type { StatusJson } from "../../../esplora/transaction-json.ts";

export interface StatsJson {
  readonly tx_count: number;
  readonly funded_txo_sum: number;
  readonly spent_txo_sum: number;
}

export interface AddressJson {
  readonly chain_stats: StatsJson;
  readonly mempool_stats: StatsJson;
}

export interface UtxoJson {
  readonly txid: string;
  readonly vout: number;
  readonly value: number;
  readonly status: StatusJson;
}
