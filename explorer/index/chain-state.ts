/** A chain and a mempool in memory, and how they change. Knows no node. */
import { scriptHash } from "./hashes.ts";
import { blockHash, decodeHeader, decodeTransactions } from "./raw-block.ts";
import { decodeTransaction, isCoinbase, type RawTransaction } from "./raw-transaction.ts";
import { IndexedBlock, IndexedOutput, IndexedTransaction, ScriptHistory } from "./records.ts";
import { Size } from "./size.ts";

const mostRecent = 10;
const noBlock = "0".repeat(64);

/** What is to be added does not fit what is there: the node's answers were not of one moment. */
export class MisfitError extends Error {
  override readonly name = "MisfitError";
}

export class ChainState {
  readonly #blocks: IndexedBlock[] = [];
  readonly #blocksByHash = new Map<string, IndexedBlock>();
  readonly #transactions = new Map<string, IndexedTransaction>();
  readonly #scripts = new Map<string, ScriptHistory>();
  readonly #mempool = new Map<string, IndexedTransaction>();
  #recent: IndexedTransaction[] = [];
  readonly size = new Size();
  /** The scripts whose histories changed since somebody emptied it. */
  readonly touched = new Set<ScriptHistory>();

  /** From the genesis block to the tip. */
  get blocks(): readonly IndexedBlock[] {
    return this.#blocks;
  }

  get tip(): IndexedBlock | undefined {
    return this.#blocks.at(-1);
  }

  /** In the order in which they were seen. */
  get mempool(): ReadonlyMap<string, IndexedTransaction> {
    return this.#mempool;
  }

  /** The last ten that entered the mempool, the newest first, also those that are in a block by now. */
  get recent(): IndexedTransaction[] {
    return this.#recent.filter(({ txid }) => this.#transactions.has(txid));
  }

  get scripts(): ReadonlyMap<string, ScriptHistory> {
    return this.#scripts;
  }

  block(hash: string): IndexedBlock | undefined {
    return this.#blocksByHash.get(hash);
  }

  transaction(txid: string): IndexedTransaction | undefined {
    return this.#transactions.get(txid);
  }

  /**
   * Adds a block on top. What its transactions conflict with leaves the mempool.
   * @throws MisfitError when it belongs elsewhere
   */
  connect(bytes: Buffer): IndexedBlock {
    const previous = this.tip?.hash ?? noBlock;
    if (decodeHeader(bytes).previous !== previous) {
      throw new MisfitError(`block ${blockHash(bytes)} does not follow ${previous}`);
    }
    const placed = decodeTransactions(bytes);
    const witnesses = placed.reduce((sum, { raw }) => sum + (4 * raw.size - raw.weight), 0);
    const weight = 4 * bytes.length - witnesses;
    const block = new IndexedBlock(bytes, weight, this.#blocks);
    block.transactions = placed.map(({ raw, start }, position) => {
      const waiting = this.#mempool.get(raw.txid);
      if (waiting !== undefined) this.#leaveMempool(waiting);
      const transaction = waiting ?? new IndexedTransaction(raw, bytes, start);
      transaction.placeIn(block, position, start);
      if (waiting === undefined) this.#add(transaction, raw);
      else for (const script of scriptsOf(transaction)) this.#noteConfirmed(script, transaction);
      return transaction;
    });
    this.#blocks.push(block);
    this.#blocksByHash.set(block.hash, block);
    this.size.blocks += 1;
    this.size.bytes += bytes.length;
    return block;
  }

  /** Takes the last block away, and the whole mempool with it, which may build on it. */
  disconnect(): IndexedBlock {
    this.clearMempool();
    const block = this.#blocks.pop();
    if (block === undefined) throw new Error("there is no block to take away");
    this.#blocksByHash.delete(block.hash);
    block.inBestChain = false;
    for (const transaction of block.transactions.toReversed()) {
      this.#remove(transaction);
      for (const script of scriptsOf(transaction)) {
        if (script.confirmed.at(-1) === transaction) script.forgetLast();
        this.#dropIfEmpty(script);
      }
    }
    this.size.blocks -= 1;
    this.size.bytes -= block.bytes.length;
    return block;
  }

  /** @throws MisfitError when something that it spends is unknown, or spent by another transaction */
  addToMempool(bytes: Buffer): IndexedTransaction {
    const raw = decodeTransaction(bytes);
    const known = this.#transactions.get(raw.txid);
    if (known !== undefined) return known;
    for (const { txid, vout } of raw.inputs) {
      const spent = this.#output(raw.txid, txid, vout);
      if (spent.spender !== undefined) {
        throw new MisfitError(`${raw.txid} spends what ${spent.spender.txid} spends`);
      }
    }
    const transaction = new IndexedTransaction(raw, bytes);
    this.#mempool.set(transaction.txid, transaction);
    this.#add(transaction, raw);
    this.size.unconfirmed += 1;
    this.size.bytes += bytes.length;
    const others = this.#recent.filter(({ txid }) => txid !== raw.txid);
    this.#recent = [transaction, ...others].slice(0, mostRecent);
    return transaction;
  }

  /** Also removes what spends its outputs. */
  removeFromMempool(transaction: IndexedTransaction): void {
    if (!this.#mempool.has(transaction.txid)) return;
    for (const { spender } of transaction.outputs) {
      if (spender !== undefined) this.removeFromMempool(spender);
    }
    this.#leaveMempool(transaction);
    this.#remove(transaction);
    for (const script of scriptsOf(transaction)) this.#dropIfEmpty(script);
  }

  clearMempool(): void {
    for (const transaction of this.#mempool.values()) this.removeFromMempool(transaction);
  }

  /** @param raw of the same transaction, which is in no list yet */
  #add(transaction: IndexedTransaction, raw: RawTransaction): void {
    if (!isCoinbase(raw)) {
      transaction.spends = raw.inputs.map(({ txid, vout }, index) => {
        const spent = this.#output(transaction.txid, txid, vout);
        if (spent.spender !== undefined) this.removeFromMempool(spent.spender);
        spent.spender = transaction;
        spent.spenderInput = index;
        return spent;
      });
    }
    transaction.outputs = raw.outputs.map(
      ({ value, script }, vout) =>
        new IndexedOutput(transaction, vout, value, this.#script(script)),
    );
    this.#transactions.set(transaction.txid, transaction);
    this.size.add(transaction);
    for (const script of scriptsOf(transaction)) {
      if (transaction.block !== undefined) this.#noteConfirmed(script, transaction);
      else {
        this.touched.add(script);
        (script.unconfirmed ??= new Set()).add(transaction);
      }
    }
  }

  #noteConfirmed(script: ScriptHistory, transaction: IndexedTransaction): void {
    this.touched.add(script);
    script.confirm(transaction);
  }

  #leaveMempool(transaction: IndexedTransaction): void {
    this.#mempool.delete(transaction.txid);
    this.size.unconfirmed -= 1;
    this.size.bytes -= transaction.size;
    for (const script of scriptsOf(transaction)) {
      this.touched.add(script);
      script.unconfirmed?.delete(transaction);
      if (script.unconfirmed?.size === 0) script.unconfirmed = undefined;
    }
  }

  #remove(transaction: IndexedTransaction): void {
    for (const spent of transaction.spends) spent.spender = undefined;
    this.#transactions.delete(transaction.txid);
    this.size.remove(transaction);
  }

  #dropIfEmpty(script: ScriptHistory): void {
    this.touched.add(script);
    if (script.confirmed.length > 0 || script.unconfirmed !== undefined) return;
    if (this.#scripts.delete(script.hash)) this.size.scripts -= 1;
  }

  #output(spender: string, txid: string, vout: number): IndexedOutput {
    const output = this.#transactions.get(txid)?.outputs[vout];
    if (output === undefined)
      throw new MisfitError(`${spender} spends ${txid}:${vout}, unknown here`);
    return output;
  }

  #script(script: Buffer): ScriptHistory {
    const hash = scriptHash(script);
    let history = this.#scripts.get(hash);
    if (history === undefined) {
      history = new ScriptHistory(hash, script);
      this.#scripts.set(hash, history);
      this.size.scripts += 1;
    }
    return history;
  }
}

/** The scripts that it pays to or spends from, each once. */
function scriptsOf({ spends, outputs }: IndexedTransaction): Set<ScriptHistory> {
  const scripts = new Set<ScriptHistory>();
  for (const { script } of spends) scripts.add(script);
  for (const { script } of outputs) scripts.add(script);
  return scripts;
}
