import { nodeOf, type Run } from "../nodes/run.ts";
import type { Node } from "../nodes/node.ts";
import { btcToSat, formatBtc } from "../payments/amount.ts";

/** What a wallet has. Amounts in BTC with 8 places. */
export interface WalletBalance {
  readonly name: string;
  readonly spendable: string;
  /** Coinbases that are younger than 100 blocks. */
  readonly immature: string;
  /** Unconfirmed, and not from itself. */
  readonly pending: string;
}

/** Of all wallets that the node has loaded. */
export async function walletBalances({ rpc }: Pick<Node, "rpc">): Promise<WalletBalance[]> {
  const names = await rpc.call("listwallets");
  return await Promise.all(
    names.map(async (name) => {
      const { mine } = await rpc.wallet(name).call("getbalances");
      const text = (btc: number): string => formatBtc(btcToSat(btc));
      return {
        name,
        spendable: text(mine.trusted),
        immature: text(mine.immature),
        pending: text(mine.untrusted_pending),
      };
    }),
  );
}

/**
 * Node's name → its wallets.
 * @param only Name of the node that is meant. Left out: all.
 */
export async function balances(
  run: Run,
  only?: string,
): Promise<Record<string, readonly WalletBalance[]>> {
  const nodes = only === undefined ? run.nodes : [nodeOf(run, only)];
  const read = nodes.map(async (node) => [node.name, await walletBalances(node)] as const);
  return Object.fromEntries(await Promise.all(read));
}
