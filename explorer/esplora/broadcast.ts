/** Handing transactions to the node. */
import { Hono } from "hono";

import type { RpcClient } from "../../bootstrap/rpc/client.ts";
import { RpcCode, RpcResponseError } from "../../bootstrap/rpc/rpc-errors.ts";
import { badRequest } from "./answers.ts";
import { readBody } from "./body.ts";

const mostInPackage = 25;
/** Of a transaction, in characters of hex: nothing that could be relayed is shorter, or longer. */
const hexLength = { least: 120, below: 800_000 } as const;

/** @param mine of the mode in which each transaction is followed by a block */
export function broadcastRoutes(rpc: RpcClient, mine: (() => Promise<void>) | undefined): Hono {
  const app = new Hono();
  app
    .post("/tx", async (c) => {
      const hex = (await readBody(c.req.raw)).trim();
      const txid = await handOver("sendrawtransaction", () =>
        rpc.call("sendrawtransaction", [hex]),
      );
      await mine?.();
      return c.text(txid);
    })
    .post("/txs/package", async (c) => {
      const transactions = readPackage(await readBody(c.req.raw));
      const { maxfeerate, maxburnamount } = c.req.query();
      const params = {
        package: transactions,
        ...readLimit("maxfeerate", maxfeerate),
        ...readLimit("maxburnamount", maxburnamount),
      };
      const result = await handOver("submitpackage", () => rpc.call("submitpackage", params));
      await mine?.();
      return c.json(result as object);
    });
  return app;
}

/** What the node refuses is told in the words that Esplora's clients look for. */
async function handOver<T>(method: string, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    if (!(error instanceof RpcResponseError) || error.code === RpcCode.IN_WARMUP) throw error;
    const { code, rpcMessage: message } = error;
    throw badRequest(`${method} RPC error: ${JSON.stringify({ code, message })}`);
  }
}

function readPackage(body: string): string[] {
  const transactions = parsed(body);
  const isList = (value: unknown): value is string[] =>
    Array.isArray(value) && value.every((item) => typeof item === "string");
  if (!isList(transactions)) throw badRequest("Expected a JSON array of transactions in hex");
  if (transactions.length > mostInPackage) {
    throw badRequest(`Exceeded maximum of ${mostInPackage} transactions`);
  }
  for (const [item, hex] of transactions.entries()) {
    if (hex.length < hexLength.least || hex.length >= hexLength.below) {
      throw badRequest(`Invalid transaction size for item ${item}`);
    }
    if (!/^(?:[\da-f]{2})+$/i.test(hex)) {
      throw badRequest(`Invalid transaction hex for item ${item}`);
    }
  }
  return transactions;
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body) as unknown;
  } catch {
    return undefined;
  }
}

function readLimit(name: string, text: string | undefined): Record<string, number> {
  if (text === undefined) return {};
  const value = text.trim() === "" ? NaN : Number(text);
  if (!Number.isFinite(value)) throw badRequest(`Invalid ${name}`);
  return { [name]: value };
}
