/** Secrets of a stack whose provider is a passphrase, as the Pulumi CLI encrypts them: AES-256-GCM, the key by PBKDF2. */
import { createDecipheriv, createHash, pbkdf2 } from "node:crypto";
import { promisify } from "node:util";

import { readRecord, readText, writeWhole } from "../base/files/files.ts";
import { type CachePaths, cachePaths } from "../base/files/paths.ts";

/** What the CLI keeps encrypted beside the salt, to know the passphrase by. */
const knownText = "pulumi";
const iterations = 1_000_000;
const keyBytes = 32;
const tagBytes = 16;
const empty = Buffer.alloc(0);

/** How many keys are kept: each stack has one of its own. */
const mostKeys = 50;

type OwnPassphrase = Pick<CachePaths, "passphrase" | "keys">;

/**
 * What decrypts a stack's secrets; undefined when the passphrase in the environment is missing or wrong.
 * @param salt from the state: `v1:SALT:`, and the known text encrypted
 * @param own the project's own passphrase, and where keys are kept that come of it
 */
export async function passphraseSecrets(
  env: NodeJS.ProcessEnv,
  salt: string,
  own: OwnPassphrase = cachePaths(),
): Promise<((ciphertext: string) => string) | undefined> {
  const [, saltBytes, known] = /^v1:([^:]+):(v1:.+)$/.exec(salt) ?? [];
  const passphrase = await passphraseIn(env);
  if (saltBytes === undefined || known === undefined || passphrase === undefined) return undefined;
  const opens = (key: Buffer): boolean => {
    try {
      return decrypt(key, known) === knownText;
    } catch {
      return false;
    }
  };
  const derive = (): Promise<Buffer> =>
    promisify(pbkdf2)(passphrase, Buffer.from(saltBytes, "base64"), iterations, keyBytes, "sha256");
  const key = await keptKey(env, own, `${salt}\n${passphrase}`, opens, derive);
  return opens(key) ? (ciphertext) => decrypt(key, ciphertext) : undefined;
}

/** As the CLI looks for it. */
async function passphraseIn(env: NodeJS.ProcessEnv): Promise<string | undefined> {
  const file = env["PULUMI_CONFIG_PASSPHRASE_FILE"];
  return (
    env["PULUMI_CONFIG_PASSPHRASE"] ??
    (file === undefined ? undefined : (await readText(file))?.trim())
  );
}

/**
 * Deriving a key takes a quarter of a second, on purpose: it is kept beside the passphrase, where that is the project's
 * own file, readable by the same user alone. Of a passphrase of somebody's own nothing is kept.
 */
async function keptKey(
  env: NodeJS.ProcessEnv,
  { passphrase, keys: file }: OwnPassphrase,
  from: string,
  opens: (key: Buffer) => boolean,
  derive: () => Promise<Buffer>,
): Promise<Buffer> {
  const isOwn =
    env["PULUMI_CONFIG_PASSPHRASE"] === undefined &&
    env["PULUMI_CONFIG_PASSPHRASE_FILE"] === passphrase;
  if (!isOwn) return await derive();
  // Another passphrase, or another salt, is another key.
  const name = createHash("sha256").update(from).digest("hex");
  const { [name]: kept, ...others } = (await readRecord(file)) ?? {};
  const found = typeof kept === "string" ? Buffer.from(kept, "base64") : undefined;
  if (found !== undefined && opens(found)) return found;
  const key = await derive();
  if (opens(key)) {
    const newest = Object.entries(others).slice(1 - mostKeys);
    const all = Object.fromEntries([...newest, [name, key.toString("base64")]]);
    // Where nothing can be written, it is derived each time.
    await writeWhole(file, `${JSON.stringify(all)}\n`, 0o600).catch(() => undefined);
  }
  return key;
}

/** @param text `v1:NONCE:`, and what is encrypted with its tag behind */
function decrypt(key: Buffer, text: string): string {
  const [, nonce = empty, sealed = empty] = text
    .split(":")
    .map((part) => Buffer.from(part, "base64"));
  const decipher = createDecipheriv("aes-256-gcm", key, nonce, { authTagLength: tagBytes });
  decipher.setAuthTag(Buffer.from(sealed.subarray(-tagBytes)));
  return decipher.update(sealed.subarray(0, -tagBytes), undefined, "utf8") + decipher.final("utf8");
}
