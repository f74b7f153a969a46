import { describe, expect, it } from "vitest";

import { described, told } from "../../../../cli/text/clone-text.ts";
import type { TestNetwork } from "../../../../testing/network.ts";

const node = { name: "alice", url: "http://127.0.0.1:1", user: "user", password: "secret" };
const shop = {
  name: "shop",
  containerName: "temporary-1-shop",
  urls: { web: "http://127.0.0.1:3", admin: "tcp://127.0.0.1:4" },
};
const network = {
  id: "temporary-1",
  manifest: { snapshot: "default", facts: { height: 107, tip: "57b7" } },
  nodes: [{ ...node, ports: { zmq: "tcp://127.0.0.1:2" }, containerName: "temporary-1-alice" }],
  services: { shop },
  freshBlock: undefined,
} as unknown as TestNetwork;

describe("a clone", () => {
  it("is described to programs with all that can be reached", () => {
    expect(described(network)).toMatchObject({
      id: "temporary-1",
      height: 107,
      nodes: { alice: { url: node.url, wallet: "alice", ports: { zmq: "tcp://127.0.0.1:2" } } },
      services: { shop: { urls: shop.urls, container: shop.containerName } },
    });
  });

  it("is told of with a line for each node and service", () => {
    const lines = told(network).split("\n");
    expect(lines).toContain("  alice       http://127.0.0.1:1  tcp://127.0.0.1:2");
    expect(lines).toContain("  shop        http://127.0.0.1:3  tcp://127.0.0.1:4");
  });
});
