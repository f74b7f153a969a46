import { describe, expect, it } from "vitest";

import { asmOf, lastPush } from "../../../../explorer/script/asm.ts";
import { kindOf } from "../../../../explorer/script/kind.ts";
import { everyScript } from "../../../helpers/every-script.ts";

const script = (hex: string): Buffer => Buffer.from(hex, "hex");

describe("a script in words", () => {
  it.each([
    ["", ""],
    ["00", "OP_0"],
    ["4f505160", "OP_PUSHNUM_NEG1 OP_RESERVED OP_PUSHNUM_1 OP_PUSHNUM_16"],
    ["0411223344b175", "OP_PUSHBYTES_4 11223344 OP_CLTV OP_DROP"],
    ["b2b3b9ba", "OP_CSV OP_NOP4 OP_NOP10 OP_CHECKSIGADD"],
    ["bbfeff", "OP_RETURN_187 OP_RETURN_254 OP_INVALIDOPCODE"],
    [
      "61626364656667686a",
      "OP_NOP OP_VER OP_IF OP_NOTIF OP_VERIF OP_VERNOTIF OP_ELSE OP_ENDIF OP_RETURN",
    ],
    [
      "a9aaabacadaeaf",
      "OP_HASH160 OP_HASH256 OP_CODESEPARATOR OP_CHECKSIG OP_CHECKSIGVERIFY OP_CHECKMULTISIG OP_CHECKMULTISIGVERIFY",
    ],
    ["4c02abcd4d0100ee4e01000000ff", "OP_PUSHDATA1 abcd OP_PUSHDATA2 ee OP_PUSHDATA4 ff"],
    // Cut in the length, and in the data.
    ["4d01", "OP_PUSHDATA2 <unexpected end>"],
    ["510211", "OP_PUSHNUM_1 OP_PUSHBYTES_2 <push past end>"],
  ])("%s: %s", (hex, words) => {
    expect(asmOf(script(hex))).toBe(words);
  });

  it("has a name for each opcode", () => {
    const all = Buffer.from(Array.from({ length: 256 - 0x61 }, (_, at) => at + 0x61));
    const words = asmOf(all).split(" ");
    expect(words).toHaveLength(all.length);
    expect(new Set(words).size).toBe(all.length);
  });
});

it("finds what a script pushes last", () => {
  expect(lastPush(script("0002aabb01cc"))?.toString("hex")).toBe("cc");
  expect(lastPush(script("01cc75"))).toBeUndefined();
  expect(lastPush(script(""))).toBeUndefined();
});

it("names the kinds as Esplora does", () => {
  const kinds = Object.values(everyScript).map((payment) => kindOf(Buffer.from(payment.script)));
  expect(kinds).toEqual([
    "p2pk",
    "p2pkh",
    "p2sh",
    "p2sh",
    "p2sh",
    "v0_p2wpkh",
    "v0_p2wsh",
    "v1_p2tr",
    "unknown",
  ]);
  expect(kindOf(script(""))).toBe("empty");
  expect(kindOf(script("6a"))).toBe("op_return");
  expect(kindOf(script("51024e73"))).toBe("unknown");
  expect(kindOf(script("76a914"))).toBe("unknown");
});
