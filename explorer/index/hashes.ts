import { hash } from "node:crypto";

export function sha256(bytes: Buffer): Buffer {
  return hash("sha256", bytes, "buffer");
}

export function doubleSha256(bytes: Buffer): Buffer {
  return sha256(sha256(bytes));
}

/** Written over at each call: a copy of its own would be garbage a moment later. */
const reversed = Buffer.allocUnsafeSlow(32);

/** A block hash or txid as people write it: hex, and the 32 bytes in reverse order. */
export function displayed(digest: Buffer): string {
  digest.copy(reversed);
  return reversed.reverse().toString("hex");
}

/** The bytes of a block hash or txid as they are in blocks. */
export function undisplayed(hex: string): Buffer {
  return Buffer.from(hex, "hex").reverse();
}

/** The key of a script in the index: SHA-256 in hex. Electrum writes the same bytes in reverse order. */
export function scriptHash(script: Buffer): string {
  return hash("sha256", script, "hex");
}
