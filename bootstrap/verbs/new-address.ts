import { nodeOf, type Run } from "../nodes/run.ts";
import type { AddressType } from "../rpc/methods.ts";

export interface AddressOptions {
  /** Default: none. */
  readonly label?: string | undefined;
  /** Default: `bech32`. */
  readonly type?: AddressType | undefined;
}

/** A new address in the node's own wallet. */
export async function newAddress(
  run: Run,
  node: string,
  { label = "", type = "bech32" }: AddressOptions = {},
): Promise<string> {
  return await nodeOf(run, node).wallet.call("getnewaddress", [label, type]);
}
