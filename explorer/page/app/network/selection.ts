/** What of the drawing is chosen. */
import { signal } from "@preact/signals";

export type Selection =
  | { readonly kind: "node"; readonly name: string }
  | { readonly kind: "service"; readonly name: string }
  | { readonly kind: "link"; readonly a: string; readonly b: string };

export const selection = signal<Selection | undefined>(undefined);

/** The node that another one is chosen for, to connect or disconnect the two. */
export const pairing = signal<string | undefined>(undefined);

/** Chooses it, or no longer if it was; with {@link pairing}, a second node chooses the connection. */
export function choose(chosen: Selection): void {
  const first = pairing.value;
  pairing.value = undefined;
  if (first !== undefined && chosen.kind === "node" && chosen.name !== first) {
    selection.value = { kind: "link", a: first, b: chosen.name };
    return;
  }
  selection.value = isChosen(chosen) ? undefined : chosen;
}

export function isChosen(it: Selection): boolean {
  const now = selection.value;
  if (now === undefined) return false;
  if (now.kind === "link") {
    return (
      it.kind === "link" && [it.a, it.b].toSorted().join() === [now.a, now.b].toSorted().join()
    );
  }
  return it.kind === now.kind && it.name === now.name;
}
