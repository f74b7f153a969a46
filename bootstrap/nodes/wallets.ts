/** Creates and loads each node's wallets, the first named like the node, and imports their keys. */
import { pointing } from "../../base/troubleshooting.ts";
import { isHalfMade, setAside } from "./half-made-wallet.ts";
import { type KeyDescriptor, walletDescriptors } from "../keys/wallet-descriptors.ts";
import type { Node } from "./node.ts";
import { RpcCode, hasRpcCode } from "../rpc/rpc-errors.ts";
import type { DescriptorImport } from "../rpc/methods.ts";
import { onEach, type Run } from "./run.ts";

/** @param walletSeed What the keys derive from; `undefined` for random ones. */
export async function ensureWallets(run: Run, walletSeed: string | undefined): Promise<void> {
  await onEach(run, async (node) => {
    // One after the other: bitcoind lists them at a start in the order in which they were made.
    for (const name of [node.name, ...(node.wallets ?? [])]) {
      await ensureWallet(node, name, walletSeed);
    }
  });
}

/** Loads the wallets that the facts speak of: one that was made without `load_on_startup` is not there after a start. */
export async function loadWallets(
  run: Run,
  { wallets }: { readonly wallets: Readonly<Record<string, object>> },
): Promise<void> {
  await onEach(run, async (node) => {
    for (const name of Object.keys(wallets[node.name] ?? {})) {
      if (!(await isLoaded(node, name)))
        throw new Error(`${node.name}: its wallet ${name} is not in the snapshot`);
    }
  });
}

async function ensureWallet(
  node: Node,
  name: string,
  walletSeed: string | undefined,
): Promise<void> {
  const isThere = await isLoaded(node, name);
  if (isThere && (await isHalfMade(node, name))) {
    await setAside(node, name);
    await create(node, name, walletSeed);
  } else if (!isThere) {
    try {
      await create(node, name, walletSeed);
    } catch (error) {
      if (!hasRpcCode(error, RpcCode.WALLET_ERROR)) throw error;
      await setAside(node, name);
      await create(node, name, walletSeed);
    }
  }
  if (walletSeed === undefined) return;
  // A node's name has no slash, so that no two wallets of a network have the same keys.
  const keyName = name === node.name ? name : `${node.name}/${name}`;
  await ensureKeys(node, name, walletDescriptors(walletSeed, keyName));
}

async function create({ rpc }: Node, name: string, walletSeed: string | undefined): Promise<void> {
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
    if (hasRpcCode(error, RpcCode.WALLET_NOT_FOUND)) return false;
    throw error;
  }
}

/** A wallet that was made but did not get its keys, or not all, because somebody was interrupted, gets them now. */
async function ensureKeys(node: Node, name: string, keys: readonly KeyDescriptor[]): Promise<void> {
  const wallet = node.rpc.wallet(name);
  const { descriptors } = await wallet.call("listdescriptors", [true]);
  const present = new Map(
    descriptors.map(({ desc, active }) => [desc.split("#", 1)[0] ?? "", active]),
  );
  const absent = keys.filter(({ desc }) => !present.has(desc));
  if (absent.length > 0 && present.size + absent.length > keys.length) {
    const other = `${node.name}: its wallet ${name} has keys that do not come from walletSeed`;
    throw new Error(pointing(other, "other-keys"));
  }
  // A full disk leaves a descriptor that is there and gives no addresses; so does somebody who has keys of their own.
  const idle =
    present.size > keys.length
      ? []
      : keys.filter(({ desc, active }) => active && present.get(desc) === false);
  const wanted = [...absent, ...idle];
  if (wanted.length === 0) return;
  const requests = await Promise.all(wanted.map((key) => importRequest(node, key)));
  const results = await wallet.call("importdescriptors", [requests]);
  const failed = results.find(({ success }) => !success);
  if (failed !== undefined) {
    throw new Error(
      `${node.name}: its wallet ${name} refused a key: ${failed.error?.message ?? ""}`,
    );
  }
}

async function importRequest({ rpc }: Node, key: KeyDescriptor): Promise<DescriptorImport> {
  const { checksum } = await rpc.call("getdescriptorinfo", [key.desc]);
  return {
    desc: `${key.desc}#${checksum}`,
    // From the genesis block: a recreated wallet finds earlier payments.
    timestamp: 0,
    active: key.active,
    // bitcoind takes a label for external descriptors alone, and none together with `internal`.
    ...(key.label === undefined ? { internal: key.internal } : { label: key.label }),
  };
}
