/** Whether a stack has the nodes that a snapshot was taken of: each image is of one of them. */
import type { Role } from "../nodes/node.ts";
import type { Edge } from "../nodes/peers.ts";
import type { NetworkPlan, NodePlan } from "../plan/settings/network-plan.ts";
import type { ServiceDeclaration } from "../services/service.ts";
import type { Manifest } from "./manifest-schema.ts";

/** What a stack declares of its nodes, as far as a snapshot has it. */
export interface DeclaredNetwork extends Pick<NetworkPlan, "connect"> {
  readonly nodes: readonly Pick<NodePlan, "name" | "role" | "wallets">[];
  /** Default: none. */
  readonly services?: readonly Pick<ServiceDeclaration, "name" | "state">[] | undefined;
}

/** What of the stack is not as in the snapshot, one line each. */
export function mismatches(
  { nodes, services, connect }: DeclaredNetwork,
  manifest: Manifest,
): string[] {
  const has = manifest.nodes.map(({ name, role }) => told(name, role)).toSorted();
  const wants = nodes.map(({ name, role }) => told(name, role)).toSorted();
  if (has.join() !== wants.join())
    return [`it has the nodes ${has.join(", ")}, this stack ${wants.join(", ")}`];
  const [kept, keeps] = [manifest.services, services].map((services) =>
    (services ?? []).map(({ name, state }) => [name, ...state].join(" ")).toSorted(),
  );
  if (kept?.join() !== keeps?.join())
    return [`it has the services ${list(kept)}, this stack ${list(keeps)}`];
  const edges = pairs(manifest.connect);
  const declared = pairs(connect);
  const lacking = nodes.flatMap(({ name, wallets }) =>
    wallets.filter((wallet) => manifest.facts.wallets[name]?.[wallet] === undefined),
  );
  return [
    ...(edges.join() === declared.join()
      ? []
      : [`it has the connections ${edges.join(", ")}, this stack ${declared.join(", ")}`]),
    ...(lacking.length === 0 ? [] : [`it has no wallets ${lacking.join(", ")}`]),
  ];
}

function list(names: readonly string[] = []): string {
  return names.join(", ") || "none";
}

function told(name: string, role: Role): string {
  return role === "miner" ? `${name} (miner)` : name;
}

/** The same for the same connections, whatever the order of nodes and pairs. */
function pairs(edges: readonly Edge[]): string[] {
  return edges.map((edge) => edge.toSorted().join(" - ")).toSorted();
}
