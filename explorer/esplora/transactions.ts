import { Hono } from "hono";

import type { ChainIndex } from "../index/chain-index.ts";
import { merkleBlock, merkleBranch } from "../index/merkle.ts";
import type { IndexedBlock, IndexedOutput, IndexedTransaction } from "../index/records.ts";
import { notFound, readHash, readNumber } from "./answers.ts";
import { binary } from "./blocks.ts";
import { type OutspendJson, statusJson, transactionJson } from "./transaction-json.ts";

export function transactionRoutes(index: ChainIndex): Hono {
  const transaction = (txid: string): IndexedTransaction => {
    const known = index.transaction(readHash(txid));
    if (known === undefined) throw notFound("Transaction not found");
    return known;
  };
  const mined = (txid: string): { block: IndexedBlock; position: number } => {
    const { block, position } = index.transaction(readHash(txid)) ?? {};
    if (block === undefined || position === undefined) {
      throw notFound("Transaction not found or is unconfirmed");
    }
    return { block, position };
  };

  const app = new Hono();
  app
    .get("/tx/:txid", (c) => c.json(transactionJson(transaction(c.req.param("txid")))))
    .get("/tx/:txid/status", (c) =>
      c.json(statusJson(index.transaction(readHash(c.req.param("txid"))))),
    )
    .get("/tx/:txid/hex", (c) => c.text(transaction(c.req.param("txid")).bytes.toString("hex")))
    .get("/tx/:txid/raw", (c) =>
      c.body(new Uint8Array(transaction(c.req.param("txid")).bytes), 200, binary),
    )
    .get("/tx/:txid/merkle-proof", (c) => {
      const { block, position } = mined(c.req.param("txid"));
      const merkle = merkleBranch(block.txids, position);
      return c.json({ block_height: block.height, merkle, pos: position });
    })
    .get("/tx/:txid/merkleblock-proof", (c) => {
      const { block, position } = mined(c.req.param("txid"));
      return c.text(merkleBlock(block.headerBytes, block.txids, position).toString("hex"));
    })
    .get("/tx/:txid/outspend/:vout", (c) => {
      const { txid, vout } = c.req.param();
      return c.json(outspendJson(index.output(readHash(txid), readNumber(vout))));
    })
    .get("/tx/:txid/outspends", (c) =>
      c.json(transaction(c.req.param("txid")).outputs.map(outspendJson)),
    );
  return app;
}

function outspendJson(output: IndexedOutput | undefined): OutspendJson {
  if (output?.spender === undefined) return { spent: false };
  const { spender, spenderInput } = output;
  return { spent: true, txid: spender.txid, vin: spenderInput, status: statusJson(spender) };
}
