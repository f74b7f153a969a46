import { RpcError, RpcResponseError } from "../../../bootstrap/rpc/rpc-errors.ts";
import { ElectrumCode, ElectrumError } from "../wire/electrum-error.ts";

/** What the node says, for a client that is answered with its words. */
export async function askingNode<T>(call: Promise<T>): Promise<T> {
  try {
    return await call;
  } catch (error) {
    if (!(error instanceof RpcError)) throw error;
    throw new ElectrumError(ElectrumCode.DAEMON_ERROR, `daemon error: ${wordsOf(error)}`);
  }
}

/** bitcoind's own words, in which clients look for those that they know. */
export function wordsOf(error: RpcError): string {
  return error instanceof RpcResponseError ? error.rpcMessage : error.detail;
}
