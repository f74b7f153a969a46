/** Whether a network has the nodes that a snapshot was taken of: each image is of one of them. */
import type { Role } from "../nodes/node.ts";
import type { NetworkInputs } from "../nodes/on-nodes.ts";
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
  const members =
    different("nodes", manifest.nodes.map(told), nodes.map(told)) ??
    different("services", manifest.services?.map(withState), services?.map(withState));
  if (members !== undefined) return [members];
  const edges = different("connections", pairs(manifest.connect), pairs(connect));
  const lacking = nodes.flatMap(({ name, wallets }) =>
    wallets.filter((wallet) => manifest.facts.wallets[name]?.[wallet] === undefined),
  );
  return [
    ...(edges === undefined ? [] : [edges]),
    ...(lacking.length === 0 ? [] : [`it has no wallets ${lacking.join(", ")}`]),
  ];
}

/** What keeps nodes that have the snapshot's chain and wallets from being what it says of them; undefined: nothing. */
export function otherTopology(
  { nodes, connect }: Pick<NetworkInputs, "nodes" | "connect">,
  manifest: Pick<Manifest, "nodes" | "connect">,
): string | undefined {
  return (
    different("nodes", manifest.nodes.map(nameOf), nodes.map(nameOf)) ??
    different("connections", pairs(manifest.connect), pairs(connect))
  );
}

/** Undefined: they are the same, whatever their order. */
function different(
  what: string,
  has: readonly string[] = [],
  wants: readonly string[] = [],
): string | undefined {
  const [ofSnapshot, here] = [has, wants].map((names) => names.toSorted().join(", ") || "none");
  if (ofSnapshot === here) return undefined;
  return `it has the ${what} ${ofSnapshot}, this network ${here}`;
}

function nameOf({ name }: { readonly name: string }): string {
  return name;
}

function withState({ name, state }: Pick<ServiceDeclaration, "name" | "state">): string {
  return [name, ...state].join(" ");
}

function told({ name, role }: { readonly name: string; readonly role: Role }): string {
  return role === "miner" ? `${name} (miner)` : name;
}

/** The same for the same connections, whatever the order of nodes. */
function pairs(edges: readonly Edge[]): string[] {
  return edges.map((edge) => edge.toSorted().join(" - "));
}
