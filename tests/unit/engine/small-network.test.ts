import { isIPv4 } from "node:net";

import { describe, expect, it } from "vitest";

import { randomSubnet } from "../../../engine/small-network.ts";

function parsed(subnet: string): { address: number; bits: number } {
  const [ip = "", bits = ""] = subnet.split("/");
  expect(isIPv4(ip)).toBe(true);
  const address = ip.split(".").reduce((value, part) => value * 256 + Number(part), 0);
  return { address, bits: Number(bits) };
}

describe("a subnet", () => {
  it.each([
    [1, 28],
    [13, 28],
    [14, 27],
    [29, 27],
    [30, 26],
    [1_000, 22],
  ])("for %d containers has /%d", (hosts, bits) => {
    expect(parsed(randomSubnet(hosts)).bits).toBe(bits);
  });

  it("lies in 198.19.0.0/16 and begins where one of its size can", () => {
    for (let n = 0; n < 1_000; n++) {
      const { address, bits } = parsed(randomSubnet((n % 60) + 1));
      expect(Math.floor(address / 2 ** 16)).toBe(198 * 256 + 19);
      expect(address % 2 ** (32 - bits)).toBe(0);
    }
  });

  it("for more containers than the pool has addresses is refused", () => {
    expect(() => randomSubnet(70_000)).toThrow("no subnet has room for 70000 containers");
  });
});
