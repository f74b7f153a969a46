import * as pulumi from "@pulumi/pulumi";

/** Labels in the form that the Docker provider's resources take. */
export function labelList(
  labels: pulumi.Input<Record<string, string>>,
): pulumi.Output<{ label: string; value: string }[]> {
  return pulumi
    .output(labels)
    .apply((labels) => Object.entries(labels).map(([label, value]) => ({ label, value })));
}
