/** Subnets for overlays of a swarm that are larger than the 254 addresses that it gives by itself. */
import { BlockList, isIPv4 } from "node:net";

import type Docker from "dockerode";

import { enginesOf } from "./fleet.ts";
import { swarmMembers } from "./swarm-nodes.ts";

/** Containers and hosts, each with an address, up to which a swarm's own subnet is enough: some come before others are gone. */
const mostInUsual = 200;

/**
 * Where they are taken from, the half of RFC 2544's addresses that small networks leave. One has room for 4,093, as
 * many as two thousand nodes and peers need on 64 hosts; nobody asks for their service by a virtual address, for which
 * Docker advises against it.
 */
const pool = Array.from({ length: 16 }, (_, index) => `198.18.${index * 16}.0/20`);

/** One that no network of the hosts has, nor an address of the swarm; undefined: the swarm's own is enough, or there is none. */
export async function wideSubnet(docker: Docker, containers: number): Promise<string | undefined> {
  const [...hosts] = enginesOf(docker);
  const isHosted = hosts[0]?.[0] !== undefined;
  if (!isHosted || containers + hosts.length <= mostInUsual) return undefined;
  const networks = hosts.map(async ([, engine]) => await engine.listNetworks());
  const subnets = (await Promise.all(networks))
    .flat()
    .flatMap(({ IPAM }) => IPAM?.Config ?? [])
    .flatMap(({ Subnet }) => Subnet ?? []);
  const members = await swarmMembers(docker).catch(() => []);
  const addresses = members.map(({ Status }) => `${Status.Addr}/32`);
  return freeSubnet([...subnets, ...addresses]);
}

/** @throws Error when networks take up all of them */
export function freeSubnet(taken: readonly string[]): string {
  const free = pool.find((subnet) => !taken.some((other) => overlap(subnet, other)));
  if (free !== undefined) return free;
  throw new Error(
    "an overlay for so many nodes needs a subnet of 198.18.0.0/16, and other networks take up all; remove one of them",
  );
}

/** The first address of a subnet, which Docker takes for the gateway. */
export function gatewayOf(subnet: string): string {
  const [address = ""] = subnet.split("/");
  return address.replace(/\d+$/, (last) => String(Number(last) + 1));
}

function overlap(one: string, other: string): boolean {
  return contains(one, other) || contains(other, one);
}

/** Whether the first address of the other is in it. */
function contains(subnet: string, other: string): boolean {
  const [network = "", prefix] = subnet.split("/");
  const [first = ""] = other.split("/");
  if (!isIPv4(network) || !isIPv4(first)) return false;
  const list = new BlockList();
  list.addSubnet(network, Number(prefix));
  return list.check(first);
}
