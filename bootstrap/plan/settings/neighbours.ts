/** How many connections one machine has room for. */
import { readFileSync } from "node:fs";

const setting = "net.ipv4.neigh.default.gc_thresh3";
/** What Linux has unless somebody raised it. */
const usualTable = 1_024;
/** Entries for whatever else is on the machine. */
const spare = 30;

/** Entries of this kernel's table of neighbours. Elsewhere that of the engine's machine is taken for the usual one. */
export function neighbourTable(): number {
  try {
    return Number(readFileSync(`/proc/sys/${setting.replaceAll(".", "/")}`, "utf8"));
  } catch {
    return usualTable;
  }
}

/**
 * What to do about connections that the kernel has no room for; undefined: it has. It resolves addresses by one
 * table for all containers of a machine, with an entry for each end of a connection, and for each node with the
 * host. When it is full, dials fail with "No route to host", at random.
 */
export function crowded(nodes: number, connections: number, table: number): string | undefined {
  const most = Math.floor((table - spare) / 2) - nodes;
  if (connections <= most) return undefined;
  return (
    `${connections} connections between ${nodes} nodes are more than the ${most} that this machine's ` +
    `kernel has room for (${setting} is ${table}); connect fewer, as a ring or a star does, or raise that setting`
  );
}
