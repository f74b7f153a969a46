import { fromProject } from "../../base/files/paths.ts";
import { explorerContext } from "./explorer-image.ts";
import type { ServicePlan } from "./settings/service-plan.ts";

export interface ServiceBuild {
  /** The build context, from where programs and plugins run. */
  readonly folder: string;
  readonly buildArgs: Record<string, string>;
}

/**
 * What the image of a service is built from.
 * @param base image that the nodes' is built on
 */
export function serviceBuild(image: ServicePlan["image"], base: string): ServiceBuild {
  if (typeof image === "string")
    return { folder: fromProject("images/service"), buildArgs: { SOURCE: image } };
  if ("own" in image) return { folder: explorerContext(), buildArgs: { BASE: base } };
  return { folder: image.build, buildArgs: { ...image.arguments } };
}
