import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";

import { confinement } from "../bootstrap/nodes/node-container.ts";
import { crowdArguments } from "../bootstrap/nodes/crowd.ts";
import type { CrowdPlan } from "../bootstrap/plan/settings/network-plan.ts";
import { labelList } from "./label-list.ts";

interface CrowdOptions {
  /** Name of its service. */
  readonly service: string;
  /** Id of the image, which each host has. */
  readonly image: pulumi.Input<string>;
  /** Id of the network. */
  readonly network: pulumi.Input<string>;
  /** Changes with the declared chain. */
  readonly chain: pulumi.Input<string>;
  /** Seconds since 1970 at which clocks stand still. Undefined: they show the present. */
  readonly mockTime: number | undefined;
  readonly labels: pulumi.Input<Record<string, string>>;
  /** Ids of members of the swarm that the network is not on: they lack the image. */
  readonly outside: pulumi.Input<readonly string[]>;
}

/** Peers without names on the hosts of the network, as one service of their swarm. */
export function crowdService(
  resource: string,
  plan: CrowdPlan,
  { service, image, network, chain, mockTime, labels, outside }: CrowdOptions,
  options: pulumi.CustomResourceOptions,
): docker.Service {
  const of = labelList(labels);
  return new docker.Service(
    resource,
    {
      // Of a network that is replaced Pulumi first removes what goes with it: by the name it knows that this does.
      name: pulumi.output(network).apply(() => service),
      labels: of,
      mode: { replicated: { replicas: plan.replicas } },
      taskSpec: {
        containerSpec: {
          image,
          args: pulumi.output(chain).apply((chain) => crowdArguments(plan, { chain, mockTime })),
          labels: of,
          // What they have is in memory, and goes with them.
          readOnly: true,
          mounts: [{ type: "tmpfs", target: "/tmp" }],
          capDrops: confinement.capabilityDrops,
          stopSignal: "SIGTERM",
          stopGracePeriod: "10s",
        },
        networksAdvanceds: [{ id: network }],
        placement: pulumi
          .output(outside)
          .apply((ids) =>
            ids.length === 0 ? undefined : { constraints: ids.map((id) => `node.id!=${id}`) },
          ) as pulumi.Output<docker.types.input.ServiceTaskSpecPlacement>,
        logDriver: { name: confinement.logDriver, options: confinement.logOptions },
      },
      // Not every kernel has what virtual addresses need, and nobody asks for a crowd by name.
      endpointSpec: { mode: "dnsrr" },
      updateConfig: { parallelism: 0 },
      // A second for each of a large one.
      convergeConfig: { delay: "1s", timeout: plan.replicas > 180 ? `${plan.replicas}s` : "3m" },
    },
    { ...options, deleteBeforeReplace: true },
  );
}
