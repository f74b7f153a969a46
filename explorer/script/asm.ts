/** A script in words, with the names that Esplora's clients know. */

/** The names of the opcodes from 0x61 on, without `OP_`. */
const names =
  `NOP VER IF NOTIF VERIF VERNOTIF ELSE ENDIF VERIFY RETURN TOALTSTACK FROMALTSTACK 2DROP 2DUP 3DUP 2OVER
  2ROT 2SWAP IFDUP DEPTH DROP DUP NIP OVER PICK ROLL ROT SWAP TUCK CAT SUBSTR LEFT RIGHT SIZE INVERT AND OR XOR
  EQUAL EQUALVERIFY RESERVED1 RESERVED2 1ADD 1SUB 2MUL 2DIV NEGATE ABS NOT 0NOTEQUAL ADD SUB MUL DIV MOD LSHIFT
  RSHIFT BOOLAND BOOLOR NUMEQUAL NUMEQUALVERIFY NUMNOTEQUAL LESSTHAN GREATERTHAN LESSTHANOREQUAL
  GREATERTHANOREQUAL MIN MAX WITHIN RIPEMD160 SHA1 SHA256 HASH160 HASH256 CODESEPARATOR CHECKSIG CHECKSIGVERIFY
  CHECKMULTISIG CHECKMULTISIGVERIFY NOP1 CLTV CSV NOP4 NOP5 NOP6 NOP7 NOP8 NOP9 NOP10 CHECKSIGADD`.split(
    /\s+/,
  );

export const op = { pushData1: 0x4c, pushData4: 0x4e, one: 0x51, sixteen: 0x60 } as const;

/** One step of a script. */
export interface Instruction {
  readonly name: string;
  /** What it pushes; undefined where it pushes nothing, or what is not there. */
  readonly data?: Buffer;
  /** The script ends before it is complete. */
  readonly cut?: string;
}

export function* instructions(script: Buffer): Generator<Instruction> {
  let at = 0;
  while (at < script.length) {
    const code = script[at++] ?? 0;
    if (code === 0 || code > op.pushData4) {
      yield { name: nameOf(code) };
      continue;
    }
    let length = code;
    let name = `OP_PUSHBYTES_${code}`;
    if (code >= op.pushData1) {
      const bytes = 1 << (code - op.pushData1);
      name = `OP_PUSHDATA${bytes}`;
      if (at + bytes > script.length) {
        yield { name, cut: "<unexpected end>" };
        return;
      }
      length = script.readUIntLE(at, bytes);
      at += bytes;
    }
    if (at + length > script.length) {
      yield { name, cut: "<push past end>" };
      return;
    }
    yield { name, data: script.subarray(at, at + length) };
    at += length;
  }
}

/** Such as `OP_DUP OP_HASH160 OP_PUSHBYTES_20 … OP_EQUALVERIFY OP_CHECKSIG`. */
export function asmOf(script: Buffer): string {
  return [...instructions(script)]
    .flatMap(({ name, data, cut }) => [
      name,
      ...(data === undefined || data.length === 0 ? [] : [data.toString("hex")]),
      ...(cut === undefined ? [] : [cut]),
    ])
    .join(" ");
}

/** What the script pushes last, when that is the last that it does: the redeem script of an input. */
export function lastPush(script: Buffer): Buffer | undefined {
  return [...instructions(script)].at(-1)?.data;
}

function nameOf(code: number): string {
  if (code === 0) return "OP_0";
  if (code === 0x4f) return "OP_PUSHNUM_NEG1";
  if (code === 0x50) return "OP_RESERVED";
  if (code <= op.sixteen) return `OP_PUSHNUM_${code - op.one + 1}`;
  if (code === 0xff) return "OP_INVALIDOPCODE";
  const name = names[code - op.sixteen - 1];
  return name === undefined ? `OP_RETURN_${code}` : `OP_${name}`;
}
