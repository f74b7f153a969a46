/** What lets somebody see the network and act on it: whoever has the page's link. */
import { createHash, randomBytes, timingSafeEqual } from "node:crypto";

/** 256 bits, as text that can stand in a URL. */
export function newToken(): string {
  return randomBytes(32).toString("base64url");
}

/** What a request shows as `Authorization: Bearer TOKEN`; undefined: nothing. */
export function shownToken(authorization: string | undefined): string | undefined {
  return authorization === undefined ? undefined : authorization.replace(/^Bearer +/i, "");
}

/** Takes the same time wherever the two differ. */
export function isSameToken(a: string, b: string): boolean {
  return timingSafeEqual(digest(a), digest(b));
}

function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
