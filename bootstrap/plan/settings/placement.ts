/** Which node is on which host. */
import type { GivenHost } from "./host-schema.ts";

interface Placeable {
  readonly host?: string | undefined;
}

/** What a host without a capacity counts for beside others, in nodes. */
const usualCapacity = 100;

/**
 * The name of each node's host: its own `host`, else the one that is least full then, in the order of declaration. So
 * one more node at the end moves none of the others. Without hosts: undefined for all.
 */
export function placed(
  nodes: readonly Placeable[],
  hosts: readonly GivenHost[],
): readonly (string | undefined)[] {
  if (hosts.length === 0) return nodes.map(() => undefined);
  const counts = new Map(hosts.map(({ name }) => [name, 0]));
  const countOf = (name: string): number => counts.get(name) ?? 0;
  const add = (name: string): void => {
    counts.set(name, countOf(name) + 1);
  };
  for (const { host } of nodes) if (host !== undefined) add(host);
  const fullness = ({ name, capacity = usualCapacity }: GivenHost): number =>
    countOf(name) / capacity;
  return nodes.map(({ host }) => {
    if (host !== undefined) return host;
    const [least] = hosts.toSorted((a, b) => fullness(a) - fullness(b));
    const name = least?.name ?? "";
    add(name);
    return name;
  });
}
