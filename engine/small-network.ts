/** Docker networks that are no larger than necessary and do not use the engine's own pools. */
import { randomInt } from "node:crypto";

import type Docker from "dockerode";

import { engineError, statusCodeOf } from "./engine-error.ts";

export interface SmallNetworkOptions {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  /** How many containers it has room for. */
  readonly hosts: number;
  readonly signal: AbortSignal;
}

/**
 * Where the subnets are taken from, 198.19.0.0/16: set apart for tests of network devices (RFC 2544), so
 * neither a company's network nor a VPN is likely to have it. The engine's own default pools end after
 * some thirty networks, and every other program on the machine lives off them too.
 */
const pool = { prefix: "198.19", bits: 16 };

/** Network, broadcast and gateway addresses. */
const reserved = 3;
/** Room for 13 containers; 4,096 such networks fit into the pool. */
const smallestBits = 4;
/** Tries until a subnet is found that no other network of the engine has. */
const mostTries = 50;

/** @throws EngineError when the engine refuses, {@link mostTries} subnets that are taken included */
export async function createSmallNetwork(
  docker: Docker,
  { name, labels, hosts, signal }: SmallNetworkOptions,
): Promise<void> {
  for (let left = mostTries; ; left--) {
    try {
      await docker.createNetwork({
        Name: name,
        CheckDuplicate: true,
        Labels: { ...labels },
        IPAM: { Config: [{ Subnet: randomSubnet(hosts) }] },
        abortSignal: signal,
      });
      return;
    } catch (error) {
      // 403: another network has the subnet, or a part of it.
      if (statusCodeOf(error) !== 403 || left === 1) throw engineError(error);
    }
  }
}

/** One of the pool's subnets with room for that many containers, as `198.19.4.16/28`. */
export function randomSubnet(hosts: number): string {
  const bits = Math.max(smallestBits, Math.ceil(Math.log2(hosts + reserved)));
  if (bits > pool.bits) throw new RangeError(`no subnet has room for ${hosts} containers`);
  const address = randomInt(2 ** (pool.bits - bits)) * 2 ** bits;
  return `${pool.prefix}.${Math.floor(address / 256)}.${address % 256}/${32 - bits}`;
}
