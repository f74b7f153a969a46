/** Where in the page the reader is: the part of the address behind `#`. */
import { signal } from "@preact/signals";

export type Route =
  | { readonly view: "overview" }
  /** @param from height of the first; the tip where it is left out */
  | { readonly view: "blocks"; readonly from: number | undefined }
  | { readonly view: "mempool" }
  | { readonly view: "block" | "transaction" | "address" | "label"; readonly of: string }
  | { readonly view: "unknown"; readonly of: string };

const named = { block: "block", tx: "transaction", address: "address", label: "label" } as const;

export const href = {
  overview: "#/",
  mempool: "#/mempool",
  blocks: (from?: number): string => (from === undefined ? "#/blocks" : `#/blocks/${from}`),
  block: (hash: string): string => `#/block/${hash}`,
  transaction: (txid: string): string => `#/tx/${txid}`,
  address: (address: string): string => `#/address/${encodeURIComponent(address)}`,
  label: (label: string): string => `#/label/${encodeURIComponent(label)}`,
};

export const route = signal<Route>(read(location.hash));

/**
 * To be called once.
 * @param before looks at each address first, and may replace it
 */
export function followAddress(before: () => void): void {
  const follow = (): void => {
    before();
    const next = read(location.hash);
    if (JSON.stringify(next) !== JSON.stringify(route.value)) route.value = next;
  };
  addEventListener("hashchange", follow);
  follow();
}

export function go(to: string): void {
  location.hash = to;
}

function read(hash: string): Route {
  const [, name = "", text = ""] = /^#?\/?([^/]*)\/?(.*)$/.exec(hash) ?? [];
  const of = decoded(text);
  if (name === "") return { view: "overview" };
  if (name === "mempool") return { view: "mempool" };
  if (name === "blocks") return { view: "blocks", from: /^\d+$/.test(of) ? Number(of) : undefined };
  if (name in named && of !== "") return { view: named[name as keyof typeof named], of };
  return { view: "unknown", of: hash };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
