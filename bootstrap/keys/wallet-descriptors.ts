/** Keys that are the same on every machine, derived from the stack's wallet seed. */
import { createHash } from "node:crypto";

import { HDKey } from "@scure/bip32";

/** BIP32 version bytes of test networks, regtest among them: `tprv` and `tpub`. */
export const testnetVersions = { private: 0x04358394, public: 0x043587cf };

/** The walk-through's own key, for the label Alice: mkvAYmgqrEFEsJ9zGBi9Z87gP5rGNAu2mx. */
export const walkThrough = {
  node: "alice",
  label: "Alice",
  wif: "cQowgjRpUocje98dhJrondLbHNmgJgAFKdUJjCTtd3VeMfWeaHh7",
} as const;

/** A descriptor without its checksum. */
export interface KeyDescriptor {
  readonly desc: string;
  /** Gives addresses from then on; the others hold one address, under a label. */
  readonly active: boolean;
  /** For change. */
  readonly internal: boolean;
  readonly label?: string;
}

/** BIP44, BIP49, BIP84, BIP86: purpose and descriptor of each type of address that a wallet hands out. */
const addressTypes = [
  [44, (key: string) => `pkh(${key})`],
  [49, (key: string) => `sh(wpkh(${key}))`],
  [84, (key: string) => `wpkh(${key})`],
  [86, (key: string) => `tr(${key})`],
] as const;

/** The descriptors of the wallet `name`, private keys included, as Bitcoin Core lays out a wallet of its own. */
export function walletDescriptors(walletSeed: string, name: string): KeyDescriptor[] {
  const seed = createHash("sha512").update(`${walletSeed}/${name}`).digest();
  const master = HDKey.fromMasterSeed(seed, testnetVersions).privateExtendedKey;
  const own = addressTypes.flatMap(([purpose, descriptor]) =>
    [false, true].map((internal) => ({
      desc: descriptor(`${master}/${purpose}h/1h/0h/${internal ? 1 : 0}/*`),
      active: true,
      internal,
    })),
  );
  return name === walkThrough.node
    ? [
        ...own,
        {
          desc: `pkh(${walkThrough.wif})`,
          active: false,
          internal: false,
          label: walkThrough.label,
        },
      ]
    : own;
}
