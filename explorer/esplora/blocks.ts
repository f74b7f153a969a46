import { Hono } from "hono";

import type { ChainIndex } from "../index/chain-index.ts";
import type { IndexedBlock } from "../index/records.ts";
import { badRequest, notFound, readHash, readNumber } from "./answers.ts";
import { blockJson } from "./block-json.ts";
import { transactionJson } from "./transaction-json.ts";

/** Blocks in one answer. */
const listed = 10;
/** Transactions in one answer. */
const perPage = 25;

export function blockRoutes(index: ChainIndex): Hono {
  const block = (hash: string): IndexedBlock => found(index.block(readHash(hash)));
  const list = (from: IndexedBlock): IndexedBlock[] => {
    const heights = Array.from({ length: listed }, (_, below) => from.height - below);
    return heights.flatMap((height) => index.blockAt(height) ?? []);
  };

  const app = new Hono();
  app
    .get("/blocks/tip/hash", (c) => c.text(index.tip.hash))
    .get("/blocks/tip/height", (c) => c.text(String(index.tip.height)))
    .get("/blocks/:start?", (c) => {
      const start = c.req.param("start") ?? "";
      // What is no height means the tip.
      const from = /^\d+$/.test(start) ? found(index.blockAt(Number(start))) : index.tip;
      return c.json(list(from).map(blockJson));
    })
    .get("/block-height/:height", (c) =>
      c.text(found(index.blockAt(readNumber(c.req.param("height")))).hash),
    )
    .get("/block/:hash", (c) => c.json(blockJson(block(c.req.param("hash")))))
    .get("/block/:hash/header", (c) =>
      c.text(block(c.req.param("hash")).headerBytes.toString("hex")),
    )
    .get("/block/:hash/raw", (c) =>
      c.body(new Uint8Array(block(c.req.param("hash")).bytes), 200, binary),
    )
    .get("/block/:hash/status", (c) => {
      const known = index.block(readHash(c.req.param("hash")));
      if (known?.inBestChain !== true) {
        return c.json({ in_best_chain: false, height: null, next_best: null });
      }
      const { height } = known;
      return c.json({
        in_best_chain: true,
        height,
        next_best: index.blockAt(height + 1)?.hash ?? null,
      });
    })
    .get("/block/:hash/txids", (c) => c.json(block(c.req.param("hash")).txids))
    .get("/block/:hash/txid/:position", (c) => {
      const { hash, position } = c.req.param();
      const { txids } = block(hash);
      const txid = txids[readNumber(position)];
      if (txid === undefined) throw notFound("tx index out of range");
      return c.text(txid);
    })
    .get("/block/:hash/txs/:start?", (c) => {
      const { transactions } = block(c.req.param("hash"));
      const text = c.req.param("start") ?? "";
      const start = /^\d+$/.test(text) ? Number(text) : 0;
      if (start % perPage !== 0) {
        throw badRequest(`start index must be a multiple of ${perPage}`);
      }
      if (start >= transactions.length) throw notFound("start index out of range");
      return c.json(transactions.slice(start, start + perPage).map(transactionJson));
    });
  return app;
}

export const binary = { "content-type": "application/octet-stream" };

function found(block: IndexedBlock | undefined): IndexedBlock {
  if (block === undefined) throw notFound("Block not found");
  return block;
}
