/** Addresses of regtest, and the scripts that they stand for. */
import { bech32, bech32m, createBase58check } from "@scure/base";

import { sha256 } from "../index/hashes.ts";
import { kindOf, witnessProgram } from "./kind.ts";

const base58check = createBase58check((bytes: Uint8Array) => sha256(Buffer.from(bytes)));

/** Version bytes of Base58 addresses; regtest and the testnets have the same. */
const versions = { p2pkh: 0x6f, p2sh: 0xc4 } as const;
const mainVersions: readonly number[] = [0x00, 0x05];
const prefix = "bcrt";
const otherPrefixes: readonly string[] = ["bc", "tb"];

export class AddressError extends Error {
  override readonly name = "AddressError";
}

const invalid = "Invalid Bitcoin address";
const otherNetwork = "Address on invalid network";

/** The address of a script, where it has one. */
export function addressOf(script: Buffer): string | undefined {
  const kind = kindOf(script);
  if (kind === "p2pkh") return encodeBase58(versions.p2pkh, script.subarray(3, 23));
  if (kind === "p2sh") return encodeBase58(versions.p2sh, script.subarray(2, 22));
  const witness = witnessProgram(script);
  if (witness === undefined) return undefined;
  const { version, program } = witness;
  if (version === 0 && program.length !== 20 && program.length !== 32) return undefined;
  const coder = version === 0 ? bech32 : bech32m;
  return coder.encode(prefix, [version, ...coder.toWords(program)]);
}

/** @throws AddressError for what is no address, and for one of another network */
export function scriptOf(address: string): Buffer {
  const separator = address.lastIndexOf("1");
  const network = address.slice(0, Math.max(separator, 0)).toLowerCase();
  if (network === prefix || otherPrefixes.includes(network)) return scriptOfWitness(address);
  return scriptOfBase58(address);
}

function scriptOfWitness(address: string): Buffer {
  const decoded =
    bech32.decodeUnsafe(address, false) ?? bech32m.decodeUnsafe(address, false) ?? undefined;
  if (decoded === undefined) throw new AddressError(invalid);
  const [version = 17, ...words] = decoded.words;
  const coder = version === 0 ? bech32 : bech32m;
  // Each version has its own checksum (BIP 350).
  if (coder.decodeUnsafe(address, false) === undefined) throw new AddressError(invalid);
  const program = coder.fromWordsUnsafe(words);
  const lengths = version === 0 ? [20, 32] : Array.from({ length: 39 }, (_, index) => index + 2);
  if (version > 16 || !program || !lengths.includes(program.length))
    throw new AddressError(invalid);
  if (decoded.prefix !== prefix) throw new AddressError(otherNetwork);
  return Buffer.of(version === 0 ? 0 : 0x50 + version, program.length, ...program);
}

function scriptOfBase58(address: string): Buffer {
  let decoded: Uint8Array;
  try {
    decoded = base58check.decode(address);
  } catch {
    throw new AddressError(invalid);
  }
  const [version = -1, ...hash] = decoded;
  if (hash.length !== 20) throw new AddressError(invalid);
  if (version === versions.p2pkh) return Buffer.of(0x76, 0xa9, 20, ...hash, 0x88, 0xac);
  if (version === versions.p2sh) return Buffer.of(0xa9, 20, ...hash, 0x87);
  throw new AddressError(mainVersions.includes(version) ? otherNetwork : invalid);
}

function encodeBase58(version: number, hash: Buffer): string {
  return base58check.encode(Buffer.concat([Buffer.of(version), hash]));
}
