import type { Node } from "./node.ts";
import { RpcCode, hasRpcCode } from "../rpc/rpc-errors.ts";
import { minerOf, nodeOf, type Run } from "./run.ts";

/**
 * Whom somebody means who gives an address, or the label of one.
 * @param only Name of the node whose label it is. Left out: whichever has the label.
 * @throws as {@link addressWithLabel}
 */
export async function addressOf(run: Run, to: string, only?: string): Promise<string> {
  if (only === undefined && (await minerOf(run).rpc.call("validateaddress", [to])).isvalid)
    return to;
  return await addressWithLabel(run, to, only);
}

/**
 * The first address with the label in a node's own wallet.
 * @param only Name of the node. Left out: whichever has the label.
 * @throws Error that names the labels there are, or the nodes that have it when there are several
 */
async function addressWithLabel(run: Run, label: string, only?: string): Promise<string> {
  const asked = only === undefined ? run.nodes : [nodeOf(run, only)];
  const found = await Promise.all(
    asked.map(async (node) => {
      const [address] = await addressesWithLabel(node, label);
      return { name: node.name, address };
    }),
  );
  const [first, ...others] = found.filter(({ address }) => address !== undefined);
  if (first?.address === undefined) {
    const labels = await Promise.all(asked.map(labelsOf));
    throw new Error(
      `"${label}" is no address of regtest, and no address has the label "${label}"; the labels are ${labels.join("; ")}`,
    );
  }
  if (others.length > 0) {
    const names = [first, ...others].map(({ name }) => name).join(", ");
    throw new Error(
      `several wallets have the label "${label}", of ${names}: choose one with --node`,
    );
  }
  return first.address;
}

/** The addresses in the node's own wallet that have the label. */
export async function addressesWithLabel({ wallet }: Node, label: string): Promise<string[]> {
  try {
    return Object.keys(await wallet.call("getaddressesbylabel", [label]));
  } catch (error) {
    if (hasRpcCode(error, RpcCode.WALLET_INVALID_LABEL_NAME)) return [];
    throw error;
  }
}

async function labelsOf({ name, wallet }: Node): Promise<string> {
  const labels = (await wallet.call("listlabels")).filter((label) => label !== "");
  return `${name}: ${labels.length === 0 ? "none" : labels.join(", ")}`;
}
