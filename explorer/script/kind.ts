import { op } from "./asm.ts";

/** The kinds of output scripts, by the names that Esplora's clients know. Bare multisig is `unknown` to them. */
export type ScriptKind =
  | "empty"
  | "op_return"
  | "p2pk"
  | "p2pkh"
  | "p2sh"
  | "v0_p2wpkh"
  | "v0_p2wsh"
  | "v1_p2tr"
  | "unknown";

export function kindOf(script: Buffer): ScriptKind {
  if (script.length === 0) return "empty";
  if (script[0] === 0x6a) return "op_return";
  if (matches(script, [33], [0xac]) || matches(script, [65], [0xac])) return "p2pk";
  if (matches(script, [0x76, 0xa9, 20], [0x88, 0xac])) return "p2pkh";
  if (matches(script, [0xa9, 20], [0x87])) return "p2sh";
  const { version, program } = witnessProgram(script) ?? { version: -1, program: script };
  if (version === 0 && program.length === 20) return "v0_p2wpkh";
  if (version === 0 && program.length === 32) return "v0_p2wsh";
  if (version === 1 && program.length === 32) return "v1_p2tr";
  return "unknown";
}

/** What a witness output commits to (BIP 141); undefined where the script is none. */
export function witnessProgram(
  script: Buffer,
): { readonly version: number; readonly program: Buffer } | undefined {
  const [first = -1, length = 0] = script;
  const isVersion = first === 0 || (first >= op.one && first <= op.sixteen);
  if (!isVersion || length < 2 || length > 40 || script.length !== length + 2) return undefined;
  return { version: first === 0 ? 0 : first - op.one + 1, program: script.subarray(2) };
}

/** Whether it is these bytes, then as many as the last of them says, then those. */
function matches(script: Buffer, begin: readonly number[], end: readonly number[]): boolean {
  const pushed = begin.at(-1) ?? 0;
  if (script.length !== begin.length + pushed + end.length) return false;
  return (
    begin.every((byte, at) => script[at] === byte) &&
    end.every((byte, at) => script[begin.length + pushed + at] === byte)
  );
}
