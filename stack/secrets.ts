/** The key that marks a special value in a stack's state, and the value that marks a secret. */
const signatureKey = "4dabf18193072939515e22adb298388d";
export const secretSignature = "1b47061264138c4ac30d75fd1eb44270";

/** A state exported with `--show-secrets`, with each secret replaced by its value. */
export function unwrapSecrets(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(unwrapSecrets);
  if (typeof value !== "object" || value === null) return value;
  const record = value as Readonly<Record<string, unknown>>;
  if (record[signatureKey] === secretSignature) return JSON.parse(String(record["plaintext"]));
  return Object.fromEntries(
    Object.entries(record).map(([key, item]) => [key, unwrapSecrets(item)]),
  );
}
