/** The key `image` of a node: which bitcoind it runs. */
import type { Problems } from "./problems.ts";
import { readEntry } from "./structured.ts";

export type ImageSettings =
  /** That of Debian's packages. */
  | { readonly kind: "debian" }
  /** That of an image with bitcoind in it. */
  | { readonly kind: "external"; readonly reference: string }
  /** That of a Bitcoin Core release. */
  | { readonly kind: "core"; readonly version: string; readonly key: string };

/** Kinds that are objects with one key: the kind's name. */
export const imageKinds = ["core", "external"];

/** As in 29.0, 28.1.1 or 30.0rc1. */
export const versionPattern = /^\d{1,3}\.\d{1,3}(?:\.\d{1,3})?(?:rc\d{1,2})?$/;
/** Docker's rule for references (distribution/reference), with room for a registry, a tag and a digest. */
export const referencePattern =
  /^[a-z0-9](?:[a-zA-Z0-9._-]*(?::\d+)?\/)?[a-z0-9._/-]*(?::[\w][\w.-]{0,127})?(?:@sha256:[0-9a-f]{64})?$/;

/** Of a name without tag and digest, in characters (distribution/reference). */
const longestImageName = 255;

export function isReference(text: string): boolean {
  return referencePattern.test(text) && text.replace(/[:@][^/]*$/, "").length <= longestImageName;
}

export function readImage(raw: unknown, key: string, problems: Problems): ImageSettings {
  const debian: ImageSettings = { kind: "debian" };
  if (raw === undefined || raw === "debian") return debian;
  const entry = readEntry(raw, key, imageKinds, problems);
  if (entry === undefined) return debian;
  const { core, external } = entry;
  if (typeof core === "string" && external === undefined) {
    if (versionPattern.test(core)) return { kind: "core", version: core, key: `${key}.core` };
    problems.refuse(`${key}.core`, core, 'give a version in quotes, such as "29.0"');
  } else if (typeof external === "string" && core === undefined) {
    if (isReference(external)) return { kind: "external", reference: external };
    problems.refuse(`${key}.external`, external, "give the reference of an image");
  } else if (Object.keys(entry).every((name) => imageKinds.includes(name))) {
    problems.refuse(key, raw, "give debian, or one of core and external, with a text");
  }
  return debian;
}
