/** A resource's URN: `urn:pulumi:STACK::PROJECT::PARENT$TYPE::NAME`. */

/** The type of the component that a network is. */
export const networkType = "regtest:index:RegtestNetwork";

/** `alice`, of `…docker:index/container:Container::alice`. */
export function nameOf(urn: string): string {
  return urn.slice(urn.lastIndexOf("::") + 2);
}
