/** bitcoind's words, as a node of version 29 said them, and what to do about them. */
import { expect, it } from "vitest";

import { messageOf } from "../../../../base/message.ts";
import { paymentError } from "../../../../bootstrap/payments/payment-error.ts";
import { RpcResponseError } from "../../../../bootstrap/rpc/rpc-errors.ts";

const call = { url: "http://127.0.0.1:18342/wallet/miner", method: "send" };

it.each([
  [
    -4,
    "possibly too many unconfirmed ancestors [limit: 25]",
    "mine a block first (network.mine() or npm run mine)",
  ],
  [-4, "Transaction has too long of a mempool chain", "mine a block first"],
  [-4, "Transaction amount too small", "pay at least 0.00000546 BTC"],
  [-3, "Amount out of range", "pay from 0.00000546 to 21000000 BTC"],
  [-5, "Invalid Bitcoin address: nonsense", "give a regtest address, such as bcrt1…"],
  [-6, "Insufficient funds", "pay less, or mine more blocks first"],
  [-18, "Requested wallet does not exist or is not loaded", "load it with"],
])("code %i, %s, comes with the next step", (code, words, next) => {
  const refused = new RpcResponseError(call, code, words);
  const message = messageOf(paymentError("miner", refused));
  expect(message).toContain(`miner: the payment was refused: ${words} (code ${code}); `);
  expect(message).toContain(next);
  // Once, though the cause says it too.
  expect(message.split(words)).toHaveLength(2);
});

it("leaves other errors as they are", () => {
  for (const error of [
    new Error("x"),
    new RpcResponseError(call, -4, "Error: Database"),
    undefined,
  ]) {
    expect(paymentError("miner", error)).toBe(error);
  }
});
