import { createHash, createHmac, randomBytes } from "node:crypto";

/**
 * `USER:SALT$HASH` for bitcoind's `-rpcauth`: what it needs to check the password, and nothing that
 * gives it away. HMAC-SHA256 over the password, keyed by the salt's hex text, as Bitcoin Core's
 * share/rpcauth/rpcauth.py writes it.
 *
 * @param saltOf What the salt derives from: the same gives the same again. Default: random.
 */
export function rpcAuth(
  user: string,
  password: string,
  saltOf: string | Buffer = randomBytes(32),
): string {
  const salt = createHash("sha256").update(saltOf).digest("hex").slice(0, 32);
  return saltedAuth(user, password, salt);
}

/** The same with the salt itself. @param salt hexadecimal */
export function saltedAuth(user: string, password: string, salt: string): string {
  return `${user}:${salt}$${hashOf(password, salt)}`;
}

/** The salt in a value of `-rpcauth`; undefined where it is none. */
export function saltOfAuth(auth: string): string | undefined {
  return /:([0-9a-f]+)\$[0-9a-f]+$/.exec(auth)?.[1];
}

/** Whether a value of `-rpcauth` is that of the password. */
export function isAuthOf(auth: string, password: string): boolean {
  const [, salt = "", hash] = /:([0-9a-f]+)\$([0-9a-f]+)$/.exec(auth) ?? [];
  return hashOf(password, salt) === hash;
}

function hashOf(password: string, salt: string): string {
  return createHmac("sha256", salt).update(password).digest("hex");
}

/** A password nobody has to type: 256 random bits. */
export function generatePassword(): string {
  return randomBytes(32).toString("base64url");
}
