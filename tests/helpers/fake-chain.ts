/** The blocks of one node that a test makes up, chosen among as bitcoind does. */

interface FakeBlock {
  readonly hash: string;
  readonly height: number;
  readonly parent: FakeBlock | undefined;
}

export class FakeChain {
  readonly #blocks = new Map<string, FakeBlock>();
  readonly #invalid = new Set<string>();

  /** @param branches hashes of blocks from the genesis block on; each is the block's only one */
  constructor(...branches: readonly (readonly string[])[]) {
    for (const branch of branches) {
      let parent: FakeBlock | undefined;
      for (const hash of branch) parent = this.#add(hash, parent);
    }
  }

  /** Hashes of the best chain, from the genesis block on. */
  get best(): readonly string[] {
    // Of equal ones the first that was there.
    const [tip] = [...this.#blocks.values()]
      .filter((block) => !this.#isInvalid(block))
      .toSorted((a, b) => b.height - a.height);
    return lineOf(tip).map(({ hash }) => hash);
  }

  /** What bitcoind answers; undefined: the chain is not what it is asked for. */
  answer(method: string, [param]: readonly unknown[]): unknown {
    const { best } = this;
    const tip = best.at(-1) ?? "";
    switch (method) {
      case "getblockcount":
        return best.length - 1;
      case "getbestblockhash":
        return tip;
      case "waitforblockheight":
        return { height: best.length - 1, hash: tip };
      case "getblockhash":
        return best[Number(param)];
      case "getblock":
        return { tx: ["coinbase"] };
      case "getblockheader":
        return this.#header(String(param));
      case "getchaintips":
        return this.#tips();
      case "generateblock":
        return this.#add(`mined ${this.#blocks.size}`, this.#blocks.get(tip));
      case "invalidateblock":
        this.#invalid.add(String(param));
        return null;
      case "reconsiderblock":
        for (const { hash } of lineOf(this.#blocks.get(String(param)))) this.#invalid.delete(hash);
        return null;
      default:
        return undefined;
    }
  }

  #add(hash: string, parent: FakeBlock | undefined): FakeBlock {
    const block = { hash, parent, height: parent === undefined ? 0 : parent.height + 1 };
    return this.#blocks.get(hash) ?? (this.#blocks.set(hash, block), block);
  }

  #isInvalid(block: FakeBlock): boolean {
    return lineOf(block).some(({ hash }) => this.#invalid.has(hash));
  }

  #header(hash: string): unknown {
    const { best } = this;
    const block = this.#blocks.get(hash);
    if (block === undefined) return undefined;
    const { height, parent } = block;
    const confirmations = best[height] === hash ? best.length - height : -1;
    return { hash, height, confirmations, previousblockhash: parent?.hash };
  }

  #tips(): unknown[] {
    const all = [...this.#blocks.values()];
    const parents = new Set(all.map(({ parent }) => parent));
    return all
      .filter((block) => !parents.has(block))
      .map((block) => ({
        ...{ hash: block.hash, height: block.height },
        status: this.#isInvalid(block) ? "invalid" : "valid-fork",
      }));
  }
}

/** From the genesis block on. */
function lineOf(block: FakeBlock | undefined): FakeBlock[] {
  return block === undefined ? [] : [...lineOf(block.parent), block];
}
