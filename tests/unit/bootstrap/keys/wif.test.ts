import { HDKey } from "@scure/bip32";
import { describe, expect, it } from "vitest";

import { countPublicKeys, findWif } from "../../../../bootstrap/keys/descriptor-key.ts";
import {
  testnetVersions,
  walkThrough,
  walletDescriptors,
} from "../../../../bootstrap/keys/wallet-descriptors.ts";
import { encodeWif, publicKeyOfWif } from "../../../../bootstrap/keys/wif.ts";

/** Alice's key with the published seed, and her first address of each type as bitcoind describes it. */
const alice = walletDescriptors("regtest-network", "alice").map(({ desc }) => `${desc}#checksum`);
const described = {
  single:
    "pkh([3b3c6cc9]03f9fa8e3fba8af74b6c8ba4bd530000df4cc62bf0a50aeff58b6462888f79a5ce)#srafjan0",
  pkh: "pkh([528065d4/44h/1h/0h/0/0]02ac6cb2b6c2734c2afc871a9640d5d40820fbf07fa12f66d08ad0452754f2ebed)#ka26dmd8",
  nested:
    "sh(wpkh([528065d4/49h/1h/0h/0/0]03b48b0bf7a11121270926c72cb01204232db19858e454190d2115830585c7f7eb))#mx3eaj9w",
  wpkh: "wpkh([528065d4/84h/1h/0h/0/0]02dfa7654604e7c1388e7368e689d1c935857f4563552a45871dca627bf476ae3e)#cj4wnk9n",
  tr: "tr([528065d4/86h/1h/0h/0/0]ed6023969d9cf2fb8827cfd510c9891b5aa3b772478273a4a5ffd296eeea461c)#un2tv2ng",
};

describe("wallet import format", () => {
  it("is written as Bitcoin Core writes it", () => {
    // Bitcoin Core, src/test/data/key_io_valid.json
    const key = Buffer.from(
      "b9f4892c9e8282028fea1d2667c4dc5213564d41fc5783896a0d843fc15089f3",
      "hex",
    );
    expect(encodeWif(key)).toBe("cTpB4YiyKiBcPxnefsDpbnDxFDffjqJob8wGCEDXxgQ7zQoMXJdH");
  });

  it("leads to the public key", () => {
    expect(hex(publicKeyOfWif(walkThrough.wif))).toBe(
      "03f9fa8e3fba8af74b6c8ba4bd530000df4cc62bf0a50aeff58b6462888f79a5ce",
    );
  });

  it("is refused with a wrong character in it", () => {
    expect(() => publicKeyOfWif(walkThrough.wif.replace("Q", "R"))).toThrow();
  });
});

describe("findWif", () => {
  it("returns a single key as it is", () => {
    expect(findWif(described.single, alice)).toBe(walkThrough.wif);
  });

  it.each(["pkh", "nested", "wpkh", "tr"] as const)("derives the key of a %s address", (type) => {
    const wif = findWif(described[type], alice);
    // Its last 64 digits are what all forms of the key share: the x coordinate.
    const [, x] = /([0-9a-f]{64})\)+#/.exec(described[type]) ?? [];
    expect(hex(publicKeyOfWif(wif ?? ""))).toMatch(new RegExp(`${x ?? ""}$`));
  });

  it("derives from a key below the master, with hardened steps in either notation", () => {
    const account = HDKey.fromMasterSeed(Buffer.alloc(32, 1), testnetVersions).derive("m/84'/1'");
    const wallet = [`wpkh([00000000/84'/1']${account.privateExtendedKey}/0h/*')#checksum`];
    const child = account.derive("m/0'/7'");
    const address = `wpkh([00000000/84'/1'/0'/7']${hex(child.publicKey)})#checksum`;
    expect(findWif(address, wallet)).toBe(encodeWif(child.privateKey ?? new Uint8Array()));
  });

  it("finds nothing in a wallet without the key", () => {
    expect(findWif(described.wpkh, [])).toBeUndefined();
    const miner = walletDescriptors("regtest-network", "miner").map(({ desc }) => desc);
    expect(findWif(described.wpkh, miner)).toBeUndefined();
    expect(findWif(described.single, miner)).toBeUndefined();
  });
});

describe("countPublicKeys", () => {
  it.each(Object.values(described))("sees one in %s", (descriptor) => {
    expect(countPublicKeys(descriptor)).toBe(1);
  });

  it("sees those of a multisig address, and none where there is none", () => {
    const [a, b] = [described.pkh, described.wpkh].map((text) => text.slice(text.indexOf("(") + 1));
    expect(countPublicKeys(`wsh(multi(2,${a?.split(")")[0] ?? ""},${b ?? ""}`)).toBe(2);
    expect(countPublicKeys("addr(bcrt1qff0semwjzldg8dauyh4t9cuvhs8wzfjy720rwv)#checksum")).toBe(0);
  });
});

function hex(bytes: Uint8Array | null): string {
  return Buffer.from(bytes ?? []).toString("hex");
}
