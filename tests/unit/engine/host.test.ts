import { describe, expect, test } from "vitest";

import { onThisMachine, reachOfEndpoint } from "../../../engine/host.ts";

const reach = (host: string, REGTEST_ADDRESS?: string) =>
  reachOfEndpoint({ host, source: "DOCKER_HOST" }, { REGTEST_ADDRESS });

describe("ports of containers are", () => {
  test.each([
    "unix:///var/run/docker.sock",
    "npipe:////./pipe/docker_engine",
    "tcp://127.0.0.1:2375",
    "http://localhost:2375",
    "https://[::1]:2376",
    "ssh://me@build",
  ])("on this machine's loopback address, where the engine is %s", (host) => {
    expect(reach(host)).toBe(onThisMachine);
    expect(reach(host, "")).toBe(onThisMachine);
  });

  test.each([
    ["docker", { publish: "0.0.0.0", address: "docker" }],
    ["build-1.example.com", { publish: "0.0.0.0", address: "build-1.example.com" }],
    ["10.0.0.7", { publish: "10.0.0.7", address: "10.0.0.7" }],
    ["127.0.0.1", onThisMachine],
    ["localhost", onThisMachine],
  ])("where REGTEST_ADDRESS=%s says", (address, expected) => {
    for (const host of ["tcp://docker:2376", "unix:///var/run/docker.sock"])
      expect(reach(host, address)).toEqual(expected);
  });

  test.each(["tcp://docker:2375", "https://10.0.0.7:2376"])(
    "nowhere for %s, unless somebody says that RPC may go there",
    (host) => {
      const { hostname } = new URL(host);
      expect(() => reach(host)).toThrow(
        new RegExp(
          `^The Docker engine ${host} \\(DOCKER_HOST\\) is on another machine.*REGTEST_ADDRESS=${hostname} `,
        ),
      );
    },
  );

  test.each(["http://docker", "docker:18332", "::1", "a b", "-"])(
    "not at %s, which is no host name",
    (address) => {
      expect(() => reach("tcp://docker:2375", address)).toThrow(
        `REGTEST_ADDRESS is ${JSON.stringify(address)}; give a host name or an IPv4 address, without scheme and port`,
      );
    },
  );
});
