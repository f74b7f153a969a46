import { countPublicKeys, findWif } from "./descriptor-key.ts";
import { type RpcCallOptions, withClient } from "../rpc/call.ts";
import type { RpcClient } from "../rpc/client.ts";

/**
 * The private key of a wallet's address in wallet import format: what `dumpprivkey` did for legacy
 * wallets, for all types of address with a single key. For Taproot it is the internal key, as in `tr(KEY)`.
 *
 * @param node As for `rpcCall`, `wallet` included when the node has several; or a client.
 * @throws RpcResponseError -5 if it is not an address; -13 when the wallet is locked; -4 when it holds no private keys at all
 * @throws Error when the address is not the wallet's, or is not one with a single key that the wallet holds
 */
export async function privateKeyOf(
  node: RpcClient | RpcCallOptions,
  address: string,
): Promise<string> {
  return await withClient(node, async (client) => {
    const { ismine, desc } = await client.call("getaddressinfo", [address]);
    if (!ismine || desc === undefined) {
      throw new Error(
        `${address} is not an address of the wallet; ask the node or wallet that it belongs to`,
      );
    }
    const count = countPublicKeys(desc);
    if (count !== 1) {
      throw new Error(`${address} has ${count} keys instead of one: see its descriptor, ${desc}`);
    }
    const { descriptors } = await client.call("listdescriptors", [true]);
    const wif = findWif(
      desc,
      descriptors.map(({ desc }) => desc),
    );
    if (wif === undefined) throw new Error(`${address}: the wallet does not hold its private key`);
    return wif;
  });
}
