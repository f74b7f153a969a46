import { describe, expect, it } from "vitest";

import type { Node } from "../../../../bootstrap/nodes/node.ts";
import { RpcResponseError } from "../../../../bootstrap/rpc/rpc-errors.ts";
import { waitForTransaction } from "../../../../bootstrap/verbs/wait-for-transaction.ts";

const txid = "ab".repeat(32);
const block = "block";

/** What nodes say of the transaction: those with an index, in the wallet, of a block; undefined: error -5. */
interface Said {
  readonly index?: { readonly confirmations: number; readonly blockhash: string };
  readonly wallet?: { readonly blockhash: string };
  readonly header?: { readonly confirmations: number };
  readonly indexed?: boolean;
}

function node(name: string, { index, wallet, header, indexed = false }: Said): Node {
  const answers: Readonly<Record<string, unknown>> = {
    ...{ getrawtransaction: index, gettransaction: wallet, getblockheader: header },
    getindexinfo: indexed ? { txindex: { synced: true } } : {},
  };
  const call = (method: string): Promise<unknown> =>
    answers[method] === undefined
      ? Promise.reject(
          new RpcResponseError({ url: "http://node", method }, -5, "No such transaction"),
        )
      : Promise.resolve(answers[method]);
  return { name, rpc: { call }, wallet: { call } } as unknown as Node;
}

async function wait(nodes: readonly Node[], only?: string): Promise<number> {
  return await waitForTransaction(
    {
      ...{ nodes, connect: [], limitMs: 60, signal: AbortSignal.timeout(10_000) },
      ...{ report: () => undefined, count: () => undefined },
    },
    txid,
    { node: only },
  );
}

describe("a transaction in a block", () => {
  const indexed = node("miner", {
    index: { confirmations: 3, blockhash: block },
    indexed: true,
  });

  it("is found on a node without an index, by the block that another or a wallet knows", async () => {
    const alice = node("alice", { header: { confirmations: 2 } });
    await expect(wait([alice, indexed])).resolves.toBe(2);
    await expect(wait([alice, indexed], "alice")).resolves.toBe(2);
    const bob = node("bob", { wallet: { blockhash: block }, header: { confirmations: 1 } });
    await expect(wait([alice, bob])).resolves.toBe(1);
  });

  it("is not on a node that has other blocks, or cannot know", async () => {
    const apart = node("alice", { header: { confirmations: -1 }, indexed: true });
    await expect(wait([apart, indexed])).rejects.toThrow("last seen: alice does not know it");
    await expect(wait([node("alice", {})])).rejects.toThrow(
      "last seen: alice does not have it in its mempool, and has no index of those in blocks",
    );
  });
});
