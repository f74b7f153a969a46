import type * as docker from "@pulumi/docker";

import type { NetworkPlan } from "../bootstrap/plan/settings/network-plan.ts";

/** A network across the hosts of a swarm that containers join as any other, made on a manager. */
export function overlay({
  encryptOverlay,
}: Pick<NetworkPlan, "encryptOverlay">): Partial<docker.NetworkArgs> {
  return {
    driver: "overlay",
    attachable: true,
    ...(encryptOverlay && { options: { encrypted: "" } }),
  };
}
