/** Docker's rule for references (distribution/reference), with room for a registry, a tag and a digest. */
export const referencePattern =
  /^[a-z0-9](?:[a-zA-Z0-9._-]*(?::\d+)?\/)?[a-z0-9._/-]*(?::[\w][\w.-]{0,127})?(?:@sha256:[0-9a-f]{64})?$/;

/** Of a name without tag and digest, in characters (distribution/reference). */
const longestName = 255;

/** `HOST[:PORT]/PATH` or `PATH`, as in an image reference, without a tag (distribution reference grammar). */
const repositoryPattern =
  /^(?:[a-zA-Z0-9.-]+(?::\d+)?\/|\[[0-9a-fA-F:]+\](?::\d+)?\/)?[a-z0-9]+(?:(?:\.|_{1,2}|-+|\/)[a-z0-9]+)*$/;

export function isRepository(text: string): boolean {
  return repositoryPattern.test(text) && text.length <= longestName;
}

export function isReference(text: string): boolean {
  return referencePattern.test(text) && text.replace(/[:@][^/]*$/, "").length <= longestName;
}
