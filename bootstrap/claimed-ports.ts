/** Host ports for the nodes that nobody gave one: chosen once, and then kept. */
import { randomInt } from "node:crypto";

import { isFreePort } from "../engine/free-ports.ts";

export interface PortWanted {
  /** Of the node. */
  readonly name: string;
  /** TCP port on 127.0.0.1. Left out: any that is free. */
  readonly rpcPort?: number | undefined;
}

/**
 * Below the ports that Linux hands out by itself (from 32768 on): while a node is stopped for a snapshot,
 * nobody gets its port by chance.
 */
const range = { from: 20_000, to: 32_768 };
const mostTries = 1_000;

/**
 * Gives every node its port: the one that it is given, else the one that it had, else a free one.
 * @param kept node's name → the port that it had
 */
export async function withPorts<T extends PortWanted>(
  nodes: readonly T[],
  kept: ReadonlyMap<string, number>,
): Promise<(T & { readonly rpcPort: number })[]> {
  const known = nodes.map(({ name, rpcPort }) => rpcPort ?? kept.get(name));
  const taken = new Set(known.filter((port) => port !== undefined));
  const result: (T & { readonly rpcPort: number })[] = [];
  for (const [index, node] of nodes.entries()) {
    const rpcPort = known[index] ?? (await freePort(taken));
    taken.add(rpcPort);
    result.push({ ...node, rpcPort });
  }
  return result;
}

async function freePort(taken: ReadonlySet<number>): Promise<number> {
  for (let tries = 0; tries < mostTries; tries++) {
    const port = randomInt(range.from, range.to);
    if (!taken.has(port) && (await isFreePort(port))) return port;
  }
  throw new Error(
    `no free port on 127.0.0.1 was found in ${mostTries} tries from ${range.from} to ${range.to - 1}`,
  );
}
