/** From the descriptor of one address and a wallet's descriptors with private keys to the address's own key. */
import { HDKey } from "@scure/bip32";

import { testnetVersions } from "./wallet-descriptors.ts";
import { encodeWif, publicKeyOfWif } from "./wif.ts";

/** A public key in an address's descriptor: with origin and path, then compressed, uncompressed, or x alone (Taproot). */
const publicKeys =
  /(?:\[[0-9a-f]{8}(?<path>(?:\/\d+[h']?)*)\])?\b(?<key>0[23][0-9a-f]{64}|04[0-9a-f]{128}|[0-9a-f]{64})\b/g;

/** A private key in a wallet's descriptor: an extended one with a path, or a single one in wallet import format. */
const privateKeys =
  /\b(?<key>tprv[1-9A-HJ-NP-Za-km-z]+|[9c][1-9A-HJ-NP-Za-km-z]{50,51})(?<path>(?:\/(?:\d+|\*)[h']?)*)/g;

/** How often `descriptor` names a public key. */
export function countPublicKeys(descriptor: string): number {
  return [...descriptor.matchAll(publicKeys)].length;
}

/**
 * @param descriptor Of one address, as `getaddressinfo` gives it, with one public key.
 * @param wallet As `listdescriptors true` gives them.
 * @returns the private key in wallet import format; `undefined` when the wallet does not hold it
 */
export function findWif(descriptor: string, wallet: readonly string[]): string | undefined {
  const [wanted] = descriptor.matchAll(publicKeys);
  const { key = "", path = "" } = wanted?.groups ?? {};
  const lastStep = path.split("/").at(-1) ?? "";
  for (const candidate of wallet.flatMap((text) => [...text.matchAll(privateKeys)])) {
    const wif = wifOf(candidate.groups?.["key"] ?? "", candidate.groups?.["path"] ?? "", lastStep);
    if (wif !== undefined && coordinate(publicKeyOfWif(wif)) === coordinate(bytes(key))) return wif;
  }
  return undefined;
}

/** @param index What stands in the place of `*`, hardened if it ends in `h` or `'`. */
function wifOf(key: string, path: string, index: string): string | undefined {
  if (!key.startsWith("tprv")) return key;
  if (path.includes("*") && index === "") return undefined;
  const steps = path.replace(/\*[h']?/, index).replaceAll("h", "'");
  const { privateKey } = HDKey.fromExtendedKey(key, testnetVersions).derive(`m${steps}`);
  return privateKey === null ? undefined : encodeWif(privateKey);
}

/** Its x coordinate in hex, which all three forms of a public key have in common. */
function coordinate(publicKey: Uint8Array | null): string {
  if (publicKey === null) return "";
  const start = publicKey.length === 32 ? 0 : 1;
  return Buffer.from(publicKey.slice(start, start + 32)).toString("hex");
}

function bytes(hex: string): Uint8Array {
  return Buffer.from(hex, "hex");
}
