import type * as pulumi from "@pulumi/pulumi";

/** What moves a thing when its host is another: Pulumi takes another provider for the same thing, and leaves it where it is. */
export function replacedWith(
  host: string | undefined,
): Pick<pulumi.CustomResourceOptions, "replacementTrigger"> {
  return host === undefined ? {} : { replacementTrigger: [host] };
}
