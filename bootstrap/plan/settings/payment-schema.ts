/** The keys of a payment. */
import * as z from "zod";

import { btcToSat, formatBtc, parseBtc } from "../../payments/amount.ts";
import { smallestOutput } from "../../payments/funding-fee.ts";
import { objectOf } from "./parts.ts";

const amountAllowed = "give an amount in BTC with at most 8 places";
const labelAllowed = "give 1 to 64 printable ASCII characters, no space at either end, and not *";
/** Visible, and short enough for a column. */
const labelPattern = /^[\x21-\x7e](?:[\x20-\x7e]{0,62}[\x21-\x7e])?$/;

/** BTC as text or, as YAML has them too, a number; in satoshi. */
export const amountSchema = z
  .union(
    [
      z.string().meta({ pattern: "^\\d+(\\.\\d{1,8})?$" }),
      z.number().meta({ exclusiveMinimum: 0, maximum: 21_000_000 }),
    ],
    amountAllowed,
  )
  .transform((written, context) => {
    const refuse = (message: string): never => {
      context.issues.push({ code: "custom", message, input: written });
      return z.NEVER;
    };
    try {
      const amount = typeof written === "number" ? btcToSat(written) : parseBtc(written);
      if (amount <= 0n) return refuse("give an amount above 0");
      return amount >= smallestOutput
        ? amount
        : refuse(
            `give at least ${formatBtc(smallestOutput)} BTC; nodes relay no smaller output (dust)`,
          );
    } catch {
      return refuse(amountAllowed);
    }
  });

export const paymentSchema = objectOf({
  node: z.string("give the name of a node").describe("Name of the node to pay."),
  label: z
    .string(labelAllowed)
    .regex(labelPattern, labelAllowed)
    .refine((label) => label !== "*", labelAllowed)
    .meta({ not: { enum: ["*"] } })
    .describe("Label of the address in the node's own wallet."),
  amount: amountSchema.describe("BTC, at most 8 decimal places."),
});

/** A payment that is declared. */
export type PaymentPlan = z.output<typeof paymentSchema>;
