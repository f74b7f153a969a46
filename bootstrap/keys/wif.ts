/** Single private keys in wallet import format, as `dumpprivkey` gave them. */
import { createHash } from "node:crypto";

import { HDKey } from "@scure/bip32";
import { createBase58check } from "@scure/base";

const base58check = createBase58check((data: Uint8Array) =>
  createHash("sha256").update(data).digest(),
);

/** First byte of a private key of test networks, regtest among them (Bitcoin Core, chainparams.cpp, SECRET_KEY). */
const testnetPrefix = 0xef;
/** Last byte where the public key is meant in its compressed form, the only one that Segwit takes. */
const compressedMark = 0x01;
const keySize = 32;

/** The private key of 32 bytes for a compressed public key. */
export function encodeWif(privateKey: Uint8Array): string {
  return base58check.encode(Uint8Array.of(testnetPrefix, ...privateKey, compressedMark));
}

/** The compressed public key, 33 bytes, that belongs to a private key in wallet import format. */
export function publicKeyOfWif(wif: string): Uint8Array | null {
  const privateKey = base58check.decode(wif).slice(1, 1 + keySize);
  return new HDKey({ privateKey }).publicKey;
}
