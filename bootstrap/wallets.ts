/** Each node's wallet, named like the node: made if it is missing, loaded, and holding its keys. */
import type { ChainFacts } from "./facts.ts";
import { isHalfMade, setAside } from "./half-made-wallet.ts";
import { type KeyDescriptor, walletDescriptors } from "./keys.ts";
import type { Node } from "./node.ts";
import { RpcCode, RpcResponseError } from "./rpc/errors.ts";
import type { DescriptorImport } from "./rpc/methods.ts";
import type { Run } from "./run.ts";

/** @param walletSeed What the keys derive from; `undefined` for random ones. */
export async function ensureWallets({ nodes }: Run, walletSeed: string | undefined): Promise<void> {
  await Promise.all(nodes.map((node) => ensureWallet(node, walletSeed)));
}

/** Loads the wallets that the facts speak of: one that was made without `load_on_startup` is not there after a start. */
export async function loadWallets({ nodes }: Run, { wallets }: ChainFacts): Promise<void> {
  for (const node of nodes) {
    for (const name of Object.keys(wallets[node.name] ?? {})) {
      if (!(await isLoaded(node, name)))
        throw new Error(`${node.name}: its wallet ${name} is not in the snapshot`);
    }
  }
}

async function ensureWallet(node: Node, walletSeed: string | undefined): Promise<void> {
  const isThere = await isLoaded(node, node.name);
  if (isThere && (await isHalfMade(node))) {
    await setAside(node);
    await create(node, walletSeed);
  } else if (!isThere) {
    try {
      await create(node, walletSeed);
    } catch (error) {
      if (!(error instanceof RpcResponseError && error.code === RpcCode.WALLET_ERROR)) throw error;
      await setAside(node);
      await create(node, walletSeed);
    }
  }
  if (walletSeed !== undefined) await ensureKeys(node, walletDescriptors(walletSeed, node.name));
}

async function create({ name, rpc }: Node, walletSeed: string | undefined): Promise<void> {
  await rpc.call("createwallet", {
    wallet_name: name,
    blank: walletSeed !== undefined,
    // Kept in the datadir: without it a node started from a snapshot answers -18.
    load_on_startup: true,
  });
}

async function isLoaded({ rpc }: Node, name: string): Promise<boolean> {
  if ((await rpc.call("listwallets")).includes(name)) return true;
  try {
    await rpc.call("loadwallet", { filename: name, load_on_startup: true });
    return true;
  } catch (error) {
    if (error instanceof RpcResponseError && error.code === RpcCode.WALLET_NOT_FOUND) return false;
    throw error;
  }
}

/** A wallet that was made but did not get its keys, or not all, because somebody was interrupted, gets them now. */
async function ensureKeys(node: Node, keys: readonly KeyDescriptor[]): Promise<void> {
  const { descriptors } = await node.wallet.call("listdescriptors", [true]);
  const present = new Set(descriptors.map(({ desc }) => desc.split("#", 1)[0] ?? ""));
  const missing = keys.filter(({ desc }) => !present.has(desc));
  if (missing.length === 0) return;
  if (present.size + missing.length > keys.length) {
    throw new Error(`${node.name}: its wallet has other keys than walletSeed gives`);
  }
  const requests = await Promise.all(missing.map((key) => importRequest(node, key)));
  const results = await node.wallet.call("importdescriptors", [requests]);
  const failed = results.find(({ success }) => !success);
  if (failed !== undefined) {
    throw new Error(`${node.name}: its wallet refused a key: ${failed.error?.message ?? ""}`);
  }
}

async function importRequest({ rpc }: Node, key: KeyDescriptor): Promise<DescriptorImport> {
  const { checksum } = await rpc.call("getdescriptorinfo", [key.desc]);
  return {
    desc: `${key.desc}#${checksum}`,
    // From the genesis block on: a wallet made anew finds what it was paid before.
    timestamp: 0,
    active: key.active,
    // bitcoind takes a label for external descriptors alone, and none together with `internal`.
    ...(key.label === undefined ? { internal: key.internal } : { label: key.label }),
  };
}
