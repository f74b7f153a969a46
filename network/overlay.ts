import type * as docker from "@pulumi/docker";
import type * as pulumi from "@pulumi/pulumi";

import { gatewayOf } from "../engine/wide-subnet.ts";
import type { NetworkPlan } from "../bootstrap/plan/settings/network-plan.ts";

/** A network across the hosts of a swarm that containers join as any other, made on a manager. */
export function overlay(
  { encryptOverlay }: Pick<NetworkPlan, "encryptOverlay">,
  subnet: pulumi.Output<string | undefined>,
): Partial<docker.NetworkArgs> {
  return {
    driver: "overlay",
    attachable: true,
    ipamConfigs: subnet.apply((subnet) =>
      // The engine would add the gateway, and the next update take it for a change.
      subnet === undefined ? undefined : [{ subnet, gateway: gatewayOf(subnet) }],
    ),
    ...(encryptOverlay && { options: { encrypted: "" } }),
  };
}
