/** Nigiri's `POST /faucet`, for programs that were written for it. */
import { Hono } from "hono";

import { messageOf } from "../../base/message.ts";
import { badRequest } from "./answers.ts";
import { readBody } from "./body.ts";
import { AddressError, scriptOf } from "../script/address.ts";

/** Pays an address, and returns the txid. The amount is in BTC. */
export type Faucet = (address: string, amount: number | string) => Promise<string>;

/** In BTC, where none is asked for. */
const usualAmount = 1;

/** @internal */
export function faucetRoutes(pay: Faucet): Hono {
  const app = new Hono();
  app.post("/faucet", async (c) => {
    const { address, amount } = readOrder(await readBody(c.req.raw));
    const txId = await pay(address, amount).catch((error: unknown) => {
      throw badRequest(messageOf(error));
    });
    return c.json({ txId });
  });
  return app;
}

function readOrder(body: string): { address: string; amount: number | string } {
  let order: unknown;
  try {
    order = JSON.parse(body);
  } catch {
    order = undefined;
  }
  const { address, amount = usualAmount } = (order ?? {}) as Record<string, unknown>;
  if (typeof address !== "string") {
    throw badRequest('Expected JSON such as {"address": "bcrt1…", "amount": 0.5}, in BTC');
  }
  if (typeof amount !== "number" && typeof amount !== "string") {
    throw badRequest("amount is a number of BTC");
  }
  try {
    scriptOf(address);
  } catch (error) {
    throw error instanceof AddressError ? badRequest(error.message) : error;
  }
  return { address, amount };
}
