import type { Node } from "../nodes/node.ts";
import type { SendParams } from "../rpc/methods.ts";

export interface GivenPayment extends Pick<SendParams, "outputs" | "fee_rate"> {
  /** The coins that are spent, and no others. */
  readonly inputs: readonly { readonly txid: string; readonly vout: number }[];
  /** Where the change goes: its place, and its address or type. */
  readonly change: Pick<
    NonNullable<SendParams["options"]>,
    "change_position" | "change_address" | "change_type"
  >;
}

/**
 * Sends a payment of which the node's wallet chooses nothing: on the same chain it is the same each time. Returns its txid.
 * @throws Error that says why the wallet cannot sign it
 */
export async function send(
  { name, wallet }: Node,
  { inputs, change, ...payment }: GivenPayment,
): Promise<string> {
  const { complete, txid } = await wallet.call("send", {
    ...payment,
    options: { inputs, add_inputs: false, ...change, locktime: 0 },
  });
  if (complete && txid !== undefined) return txid;
  const { unlocked_until: unlocked } = await wallet.call("getwalletinfo");
  throw new Error(
    unlocked === 0
      ? `${name}: its wallet is locked, and cannot sign the payment; unlock it with walletpassphrase`
      : `${name}: its wallet could not sign the payment; keys may be missing: npm run down and npm run up recreate it`,
  );
}
