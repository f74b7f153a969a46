/**
 * What remains of a wallet if bitcoind is killed while it creates one. Either the file lacks the mark
 * of its format, and is neither loaded (-18) nor replaced (-4); or it lacks the mark of what it holds,
 * and is loaded as a legacy wallet without descriptors, which nobody creates any more.
 */
import { execIn } from "../../engine/exec.ts";
import type { Node } from "./node.ts";

/** Whether a wallet of the node, which is loaded, is a half-made one. */
export async function isHalfMade({ rpc }: Node, wallet: string): Promise<boolean> {
  const { descriptors } = await rpc.wallet(wallet).call("getwalletinfo");
  return !descriptors;
}

/** Whether a wallet's name says that it was moved out of the way. */
export function isSetAside(wallet: string): boolean {
  return /\.set-aside-\d+$/.test(wallet);
}

/** Moves a wallet of the node out of the way. Nothing is deleted: it might hold something all the same. */
export async function setAside({ name, rpc, container }: Node, wallet: string): Promise<void> {
  if ((await rpc.call("listwallets")).includes(wallet))
    await rpc.call("unloadwallet", [wallet, false]);
  const script = 'cd "$HOME/.bitcoin/regtest/wallets" && busybox mv "$0" "$0.set-aside-$1"';
  const { exitCode, output } = await execIn(container, [
    "sh",
    "-c",
    script,
    wallet,
    String(Date.now()),
  ]);
  if (exitCode !== 0) {
    throw new Error(
      `${name}: its half-created wallet ${wallet} could not be moved away: ${output}; ` +
        `remove the container with docker rm -f, and npm run up creates another`,
    );
  }
}
