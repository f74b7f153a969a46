import * as pulumi from "@pulumi/pulumi";

import type { Funded } from "../bootstrap/payments/funding.ts";
import { walkThroughPayment } from "../bootstrap/plan/settings/payments.ts";
import type { FreshBlock as MinedBlock } from "../bootstrap/verbs/fresh-block.ts";
import type { Bootstrap, FreshBlock } from "./resources.ts";

/** The declared chain, as the bootstrap left it. Amounts are in BTC, with 8 places. */
export interface ChainOutput {
  readonly height: number;
  /** Hash of its last block. */
  readonly tip: string;
  /** Of Alice's payment, where it is declared. */
  readonly aliceAddress?: string;
  readonly fundingTxid?: string;
  /** Node's name → balance of the wallet that is named like it. */
  readonly balances: Readonly<Record<string, string | undefined>>;
  /** Node's name → balances of all its wallets. */
  readonly wallets: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly funded: readonly Funded[];
  /** The block at the present time on top, as the last update left it; left out: none is asked for. */
  readonly freshBlock?: MinedBlock;
}

/** @internal */
export function chainOutput(
  { chain, funded }: Bootstrap,
  names: readonly string[],
  fresh: FreshBlock | undefined,
): pulumi.Output<ChainOutput> {
  const all = pulumi.all([chain, funded, fresh?.block]);
  return all.apply(([{ height, tip, wallets }, funded, freshBlock]) => ({
    height,
    tip,
    ...walkThroughPayment(funded),
    balances: Object.fromEntries(names.map((name) => [name, wallets[name]?.[name]])),
    wallets,
    funded,
    ...(freshBlock !== undefined && { freshBlock }),
  }));
}
