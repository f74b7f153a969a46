/** What the index reads of its node. */
import type { RpcClient } from "../../bootstrap/rpc/client.ts";
import { RpcCode, RpcProtocolError, hasRpcCode } from "../../bootstrap/rpc/rpc-errors.ts";
import { MisfitError } from "./chain-state.ts";
import type { IndexedBlock } from "./records.ts";

/** What one small request tells: when it is as it was, neither chain nor mempool has changed. */
export interface NodeGlance {
  /** Hash of the block at the tip. */
  readonly tip: string;
  readonly mempool: string;
}

/** A transaction of the mempool. */
export interface MempoolEntry {
  readonly txid: string;
  readonly bytes: Buffer;
}

/** Blocks that are asked for in one request. */
const batchSize = 25;

export class NodeReader {
  readonly #rpc: RpcClient;
  readonly #signal: AbortSignal;

  constructor(rpc: RpcClient, signal: AbortSignal) {
    this.#rpc = rpc;
    this.#signal = signal;
  }

  async glance(): Promise<NodeGlance> {
    const [tip, { size, bytes, total_fee, usage }] = await this.#rpc.callAll(
      [["getbestblockhash"], ["getmempoolinfo"]],
      { signal: this.#signal },
    );
    return { tip, mempool: `${size} ${bytes} ${total_fee} ${usage}` };
  }

  /** @throws MisfitError when the node no longer has the block, after a reset */
  async block(hash: string): Promise<Buffer> {
    const [block] = await this.#blocks([hash]);
    if (block === undefined) throw new MisfitError(`there is no block ${hash}`);
    return block;
  }

  /** @throws MisfitError when the node no longer has the block, after a reset */
  async heightOf(hash: string): Promise<number> {
    const header = this.#rpc.call("getblockheader", [hash], { signal: this.#signal });
    return (await stillThere(header)).height;
  }

  /**
   * The blocks of these heights, both included.
   * @throws MisfitError when the chain has become shorter
   */
  async blocks(from: number, to: number): Promise<Buffer[]> {
    const heights = Array.from({ length: Math.max(0, to - from + 1) }, (_, index) => from + index);
    const options = { signal: this.#signal };
    const asked = heights.map((height) => [height] as [number]);
    const hashes = await stillThere(this.#rpc.callMany("getblockhash", asked, options));
    const batches: string[][] = [];
    for (let at = 0; at < hashes.length; at += batchSize) {
      batches.push(hashes.slice(at, at + batchSize));
    }
    return (await Promise.all(batches.map((batch) => this.#blocks(batch)))).flat();
  }

  /**
   * Height of the last block that the node and this chain have in common; -1: none.
   * @throws MisfitError when the chain has become shorter
   */
  async lastCommon(chain: readonly IndexedBlock[], nodeHeight: number): Promise<number> {
    let common = -1;
    let above = Math.min(chain.length - 1, nodeHeight) + 1;
    // Nearly always it is the highest.
    for (let height = above - 1; common + 1 < above; height = (common + above) >> 1) {
      if ((await this.#hashAt(height)) === chain[height]?.hash) common = height;
      else above = height;
    }
    return common;
  }

  /**
   * All transactions in the mempool.
   * @param known gives the bytes of those that need not be asked for
   * @returns `tip`: hash of the block on which, or on one before which, the mempool was built;
   *   `complete`: whether none was gone when it was asked for
   */
  async mempool(
    known: (txid: string) => Buffer | undefined,
  ): Promise<{ tip: string; entries: MempoolEntry[]; complete: boolean }> {
    const [txids, tip] = await this.#rpc.callAll([["getrawmempool"], ["getbestblockhash"]], {
      signal: this.#signal,
    });
    const found = await Promise.all(
      txids.map(async (txid) => ({ txid, bytes: known(txid) ?? (await this.#transaction(txid)) })),
    );
    const entries = found.filter((entry): entry is MempoolEntry => entry.bytes !== undefined);
    return { tip, entries, complete: entries.length === txids.length };
  }

  async #blocks(hashes: readonly string[]): Promise<Buffer[]> {
    const params = hashes.map((hash) => [hash, 0]);
    const options = { signal: this.#signal };
    try {
      const blocks = await stillThere(this.#rpc.callMany<string>("getblock", params, options));
      return inOnePiece(blocks);
    } catch (error) {
      // Full blocks are too large for one answer together.
      if (!(error instanceof RpcProtocolError) || hashes.length === 1) throw error;
      const half = hashes.length >> 1;
      return [
        ...(await this.#blocks(hashes.slice(0, half))),
        ...(await this.#blocks(hashes.slice(half))),
      ];
    }
  }

  async #transaction(txid: string): Promise<Buffer | undefined> {
    try {
      const hex = await this.#rpc.call("getrawtransaction", [txid], { signal: this.#signal });
      return Buffer.from(hex, "hex");
    } catch (error) {
      if (hasRpcCode(error, RpcCode.INVALID_ADDRESS_OR_KEY)) return undefined;
      throw error;
    }
  }

  async #hashAt(height: number): Promise<string> {
    return await stillThere(this.#rpc.call("getblockhash", [height], { signal: this.#signal }));
  }
}

/**
 * The bytes of each. Those that stay are kept apart from Node's shared pool, of which a small buffer keeps 8 kB: with
 * everything that was beside it.
 */
function inOnePiece(hexes: readonly string[]): Buffer[] {
  const whole = Buffer.allocUnsafeSlow(hexes.reduce((sum, { length }) => sum + length / 2, 0));
  let at = 0;
  return hexes.map((hex) => {
    const start = at;
    at += whole.write(hex, at, "hex");
    return whole.subarray(start, at);
  });
}

/** What the node says of a height or a block that it had a moment ago. */
const gone = [RpcCode.INVALID_PARAMETER, RpcCode.INVALID_ADDRESS_OR_KEY];

async function stillThere<T>(asked: Promise<T>): Promise<T> {
  try {
    return await asked;
  } catch (error) {
    if (hasRpcCode(error, ...gone)) throw new MisfitError(error.message, { cause: error });
    throw error;
  }
}
