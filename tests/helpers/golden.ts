import { expect } from "vitest";

import type { ChainFacts } from "../../bootstrap/chain/facts.ts";
import type { Funded } from "../../bootstrap/payments/funding.ts";
import { bitcoindOf, compareWithGolden, goldenValuesOf, readGolden } from "../golden/values.ts";
import type { Node } from "../../bootstrap/nodes/node.ts";

/** The node tells the chain of the golden values; those of a bitcoind that has none yet are printed. */
export async function expectGolden(
  node: Node,
  made: { readonly facts: ChainFacts; readonly funded: readonly Funded[] },
): Promise<void> {
  const bitcoind = await bitcoindOf(node);
  const values = await goldenValuesOf(node, made);
  const outcome = compareWithGolden(bitcoind, values, await readGolden());
  if (outcome.kind === "unknown") {
    console.info(`${bitcoind} has no golden values yet; it gives`, values);
  } else {
    expect(outcome).toEqual({ kind: "same" });
  }
}
