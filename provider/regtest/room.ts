/** How many nodes the engine's machine has memory for. */
import type Docker from "dockerode";

import { enginesOf } from "../../engine/fleet.ts";

/** What bitcoind takes on a short chain once it has mined and paid, in MB (10^6 bytes); 9 of them at its start. */
const perNode = 17;

/**
 * What to do about more nodes than there is memory for; undefined: it is enough, as far as one can say without
 * knowing what else runs there.
 * @param memory of the engine's machine, in bytes
 */
export function tooMany(nodes: number, memory: number): string | undefined {
  const most = Math.floor(memory / 1e6 / perNode);
  if (nodes <= most) return undefined;
  return (
    `nodes: ${nodes} nodes take about ${gigabytes(nodes * perNode * 1e6)}, and the engine's machine has ` +
    `${gigabytes(memory)}; declare at most ${most}`
  );
}

/**
 * The same of the engine, or of each host, and of all hosts together: a reason for each that has too little.
 * @param replicas of a crowd, which is on all of them. Default: 0.
 */
export async function refuseTooMany(
  docker: Docker,
  nodes: readonly { readonly host?: string | undefined }[],
  replicas = 0,
): Promise<string[]> {
  const reasons: string[] = [];
  let together = 0;
  for (const [host, engine] of enginesOf(docker)) {
    const placed = nodes.filter((node) => node.host === host);
    const { MemTotal } = (await engine.info()) as { readonly MemTotal: number };
    const problem = tooMany(placed.length, MemTotal);
    together += MemTotal;
    if (problem !== undefined) reasons.push(host === undefined ? problem : `${host}: ${problem}`);
  }
  const all = tooMany(nodes.length + replicas, together);
  if (reasons.length === 0 && all !== undefined) reasons.push(`with the crowd's, ${all}`);
  return reasons;
}

function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(1)} GB`;
}
