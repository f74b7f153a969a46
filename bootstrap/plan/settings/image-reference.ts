/** Docker's rule for references (distribution/reference), with room for a registry, a tag and a digest. */
export const referencePattern =
  /^[a-z0-9](?:[a-zA-Z0-9._-]*(?::\d+)?\/)?[a-z0-9._/-]*(?::[\w][\w.-]{0,127})?(?:@sha256:[0-9a-f]{64})?$/;

/** Of a name without tag and digest, in characters (distribution/reference). */
const longestName = 255;

export function isReference(text: string): boolean {
  return referencePattern.test(text) && text.replace(/[:@][^/]*$/, "").length <= longestName;
}
