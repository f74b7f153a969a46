/** The token of the link that the page was opened with. It leaves the address bar, and stays in this tab. */
import { signal } from "@preact/signals";

const key = "regtest-network-token";

/** Undefined: the chain alone can be read. */
export const token = signal<string | undefined>(sessionStorage.getItem(key) ?? undefined);

/** That the server did not take the token, which it had from an explorer before. */
export const tokenRefused = signal(false);

/** Takes it from `#token=…`. Returns whether there was one. */
export function takeToken(): boolean {
  const [, found] = /^#token=([^&]+)/.exec(location.hash) ?? [];
  if (found === undefined) return false;
  const given = decodeURIComponent(found);
  sessionStorage.setItem(key, given);
  token.value = given;
  tokenRefused.value = false;
  history.replaceState(null, "", "#/");
  return true;
}

export function refuseToken(): void {
  sessionStorage.removeItem(key);
  token.value = undefined;
  tokenRefused.value = true;
}

export function authorization(): Record<string, string> {
  return token.value === undefined ? {} : { authorization: `Bearer ${token.value}` };
}
