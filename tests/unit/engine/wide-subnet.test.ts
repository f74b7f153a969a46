import type Docker from "dockerode";
import { expect, it } from "vitest";

import { fleetOf } from "../../../engine/fleet.ts";
import { freeSubnet, gatewayOf, wideSubnet } from "../../../engine/wide-subnet.ts";

/** A host that has such networks, in a swarm whose members have the addresses. */
function host(subnets: readonly string[], addresses: readonly string[] = []): Docker {
  return {
    listNetworks: () =>
      Promise.resolve([
        { IPAM: { Config: subnets.map((Subnet) => ({ Subnet })) } },
        // The host's own network has none.
        { IPAM: { Config: null } },
      ]),
    listNodes: () => Promise.resolve(addresses.map((Addr) => ({ Status: { Addr } }))),
  } as unknown as Docker;
}

it("is the first that no network has, whichever of the two is the larger", () => {
  expect(freeSubnet(["10.0.0.0/8", "172.17.0.0/16", "fd00::/64"])).toBe("198.18.0.0/20");
  expect(freeSubnet(["198.18.0.0/20", "198.18.19.64/26"])).toBe("198.18.32.0/20");
  expect(freeSubnet(["198.18.0.0/17"])).toBe("198.18.128.0/20");
});

it("is refused where there is none left", () => {
  expect(() => freeSubnet(["198.18.0.0/15"])).toThrow("other networks take up all");
});

it("leaves out what any host has, and the swarm's own addresses", async () => {
  const one = host(["198.18.0.0/28"], ["198.18.16.2", "198.18.16.3"]);
  const docker = fleetOf(new Map([["one", one] as const, ["two", host(["198.18.32.0/24"])]]));
  expect(await wideSubnet(docker, 199)).toBe("198.18.48.0/20");
});

it("is asked for on hosts alone, and by networks that the swarm's own is too small for", async () => {
  const docker = fleetOf(new Map([["one", host([])] as const]));
  expect(await wideSubnet(docker, 199)).toBeUndefined();
  expect(await wideSubnet(docker, 200)).toBe("198.18.0.0/20");
  expect(await wideSubnet(host([]), 1_000)).toBeUndefined();
});

it("has its first address for the gateway", () => {
  expect(gatewayOf("198.18.16.0/20")).toBe("198.18.16.1");
});
