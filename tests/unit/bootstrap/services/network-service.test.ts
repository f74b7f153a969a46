import type Docker from "dockerode";
import { expect, it } from "vitest";

import { openServices } from "../../../../bootstrap/services/network-service.ts";
import type { ServiceSpec } from "../../../../bootstrap/services/service.ts";

it("finds a service's ports by what its container was given, also while it does not run", async () => {
  const PortBindings = {
    "80/tcp": [{ HostIp: "127.0.0.1", HostPort: "20080" }],
    "9735/tcp": [{ HostIp: "127.0.0.1", HostPort: "29735" }],
  };
  const found = {
    Name: "/two-shop",
    HostConfig: { PortBindings },
    NetworkSettings: { Ports: {} },
  };
  const docker = {
    modem: {},
    getContainer: () => ({ inspect: () => Promise.resolve(found) }),
  } as unknown as Docker;
  const spec = {
    name: "shop",
    containerId: "1",
    ports: [
      { name: "web", container: 80, scheme: "http" },
      { name: "p2p", container: 9735, scheme: "tcp" },
      { name: "not-published", container: 81, scheme: "http" },
    ],
  } as unknown as ServiceSpec;
  const { shop } = await openServices(docker, [spec]);
  expect(shop).toMatchObject({
    containerName: "two-shop",
    ports: { web: "127.0.0.1:20080", p2p: "127.0.0.1:29735" },
    url: "http://127.0.0.1:20080",
  });
  expect(shop?.urlOf("p2p")).toBe("tcp://127.0.0.1:29735");
  expect(() => shop?.urlOf("grpc")).toThrow('shop publishes no port "grpc"; its ports: web, p2p');
});
