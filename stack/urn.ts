/** A resource's URN: `urn:pulumi:STACK::PROJECT::PARENT$TYPE::NAME`. */

/** `alice`, of `…docker:index/container:Container::alice`. */
export function nameOf(urn: string): string {
  return urn.slice(urn.lastIndexOf("::") + 2);
}
