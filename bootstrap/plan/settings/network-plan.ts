/** A network as it is declared: checked, its defaults filled in. */
import type { Edge } from "../../nodes/peers.ts";
import { edgesOf, outbound } from "./connections.ts";
import { explorerPlans } from "./explorer-plan.ts";
import { type CheckedKeys, networkSchema } from "./network-schema.ts";
import type { GivenNode } from "./node-schema.ts";
import type { GivenCrowd } from "./crowd-schema.ts";
import type { HostChoice } from "./host-schema.ts";
import { paymentsOf } from "./payments.ts";
import { hostsFor, placed } from "./placement.ts";
import { type NodePortsPlan, portsOf } from "./ports.ts";
import { problemLines } from "./problems.ts";
import { crossRules, type Surroundings } from "./rules.ts";
import { type ServicePlan, servicePlan } from "./service-plan.ts";

export interface NodePlan
  extends
    Pick<GivenNode, "name" | "role" | "image" | "rest" | "wallets" | "arguments">,
    NodePortsPlan {
  /** Name of the host that it is on. Left out: there are none. */
  readonly host?: string | undefined;
}

export interface NetworkPlan extends Omit<
  CheckedKeys,
  "nodes" | "connect" | "amount" | "services" | "explorer" | "crowd"
> {
  readonly nodes: readonly NodePlan[];
  /** Those that are declared one by one, and the explorer where there is one. */
  readonly services: readonly ServicePlan[];
  /** Undefined: there is none. */
  readonly crowd: CrowdPlan | undefined;
  /** Who is connected to whom; in each pair the one that is declared earlier comes first. */
  readonly connect: readonly Edge[];
}

/** At least one peer, and whom each of them dials. */
export interface CrowdPlan extends Omit<GivenCrowd, "host"> {
  /** Names of the hosts that they may be on. */
  readonly hosts: readonly string[];
}

/** The network that is declared where nobody declares anything. */
export function defaultNetwork(): NetworkPlan {
  return planned(networkSchema.parse({}));
}

/**
 * The network that is declared, or a line for each value that is wrong: its key, the value, and what is allowed.
 * What concerns several keys is told as far as each of them is right by itself.
 */
export function readNetwork(
  declared: unknown,
  surroundings: Surroundings = {},
): { readonly plan?: NetworkPlan; readonly problems: readonly string[] } {
  const schema = networkSchema.superRefine(crossRules(surroundings), { when: () => true });
  const { data, error } = schema.safeParse(declared);
  return error === undefined
    ? { plan: planned(data), problems: [] }
    : { problems: problemLines(error, declared) };
}

function planned({ amount, explorer, crowd, ...checked }: CheckedKeys): NetworkPlan {
  const { nodes, hosts } = checked;
  const homes = placed(nodes, hosts);
  const at = (name: string, host: HostChoice = hosts[0]?.name): { readonly host?: string } => {
    const [home] = placed([{ name, host }], hosts);
    return home === undefined ? {} : { host: home };
  };
  return {
    ...checked,
    nodes: nodes.map((node, index) => {
      const { name, role, image, rest, wallets, arguments: own } = node;
      const host = homes[index];
      return {
        ...{ name, role, image, rest, wallets, arguments: own },
        ...(host !== undefined && { host }),
        ...portsOf(node, index, checked),
      };
    }),
    crowd: crowdPlan(crowd, checked),
    connect: edgesOf(
      checked.connect,
      nodes.map(({ name }) => name),
    ),
    services: [
      ...checked.services.map((service) => ({
        ...servicePlan(service, checked.timeout),
        ...at(service.name, service.host),
      })),
      ...explorerPlans({ ...checked, explorer }).map((plan) => ({
        ...plan,
        ...at(plan.name, explorer?.host),
      })),
    ],
    fund: paymentsOf({ ...checked, amount }).map(({ payment }) => payment),
  };
}

function crowdPlan(
  { host, ...crowd }: GivenCrowd,
  { nodes, hosts }: Pick<CheckedKeys, "nodes" | "hosts">,
): CrowdPlan | undefined {
  if (crowd.replicas === 0) return undefined;
  const names = nodes.map(({ name }) => name).slice(0, outbound);
  return {
    ...crowd,
    connect: crowd.connect.length > 0 ? crowd.connect : names,
    hosts: hostsFor(host, hosts).map(({ name }) => name),
  };
}
