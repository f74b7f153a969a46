/** The key that marks a special value in a stack's state, and the value that marks a secret. */
const signatureKey = "4dabf18193072939515e22adb298388d";
export const secretSignature = "1b47061264138c4ac30d75fd1eb44270";

/**
 * A stack's state with each secret replaced by its value.
 * @param decrypt left out for a state that was exported with `--show-secrets`
 */
export function unwrapSecrets(value: unknown, decrypt?: (ciphertext: string) => string): unknown {
  if (Array.isArray(value)) return value.map((item) => unwrapSecrets(item, decrypt));
  if (typeof value !== "object" || value === null) return value;
  const record = value as Readonly<Record<string, unknown>>;
  if (record[signatureKey] === secretSignature) {
    return JSON.parse(
      decrypt === undefined ? String(record["plaintext"]) : decrypt(String(record["ciphertext"])),
    );
  }
  return Object.fromEntries(
    Object.entries(record).map(([key, item]) => [key, unwrapSecrets(item, decrypt)]),
  );
}
