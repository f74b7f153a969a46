import { createServer } from "node:net";

import { describe, expect, it } from "vitest";

import {
  type NodePorts,
  recordedPorts,
  withPorts,
} from "../../../../provider/regtest/claimed-ports.ts";
import { isFreePort } from "../../../../engine/free-ports.ts";

describe("withPorts", () => {
  const alice = { name: "alice", rpcPort: 18332, ports: [] };

  it("leaves a node the port that it is given, also when it had another one", async () => {
    const before = { nodes: [{ ...alice, rpcPort: 20_000 }] };
    expect(await withPorts({ nodes: [alice] }, before)).toEqual({ nodes: [alice], services: [] });
  });

  it("gives a node the ports again that it had", async () => {
    const zmq = { name: "zmq", key: "nodes[1].zmqPort" } as const;
    const before = [{ name: "bob", rpcPort: 20_001, ports: [{ ...zmq, port: 20_002 }] }];
    const nodes = [
      { name: "carol", ports: [] },
      { name: "bob", ports: [zmq] },
    ];
    const [carol, bob] = (await withPorts({ nodes }, { nodes: before })).nodes;
    expect(bob).toEqual(before[0]);
    expect([20_001, 20_002]).not.toContain(carol?.rpcPort);
  });

  it("gives all others ports that are free, different, and not the system's own to give", async () => {
    const nodes = Array.from({ length: 50 }, (_, index) => ({
      name: `n${index}`,
      ports: [{ name: "p2p" as const, key: "" }],
    }));
    const found = await withPorts({ nodes });
    const ports = found.nodes.flatMap(({ rpcPort, ports }) => [
      rpcPort,
      ...ports.map(({ port }) => port),
    ]);
    expect(new Set(ports).size).toBe(100);
    expect(Math.min(...ports)).toBeGreaterThanOrEqual(20_000);
    expect(Math.max(...ports)).toBeLessThan(32_768);
  });

  it("gives no node what a service has, and no service what a node has", async () => {
    const service = { name: "shop", containerName: "shop", volumes: [] };
    // Half of those that may be chosen.
    const declared = Array.from({ length: 6_384 }, (_, index) => ({
      ...{ name: `p${index}`, key: "" },
      port: 20_000 + 2 * index,
    }));
    const { nodes, services } = await withPorts({
      nodes: Array.from({ length: 20 }, (_, index) => ({ name: `n${index}`, ports: [] })),
      services: [{ ...service, ports: [...declared, { name: "web", key: "" }] }],
    });
    const ports = [
      ...nodes.map(({ rpcPort }) => rpcPort),
      ...services.flatMap(({ ports }) => ports.map(({ port }) => port)),
    ];
    expect(new Set(ports).size).toBe(20 + 6_384 + 1);
  });

  it("gives a service the ports again that it had", async () => {
    const web = { name: "web", key: "services[0].ports.web.host" };
    const before = {
      name: "shop",
      containerName: "shop",
      volumes: [],
      ports: [{ ...web, port: 20_003 }],
    };
    const services = [{ ...before, ports: [web] }];
    const found = await withPorts({ nodes: [], services }, { nodes: [], services: [before] });
    expect(found.services).toEqual([before]);
  });
});

describe("recordedPorts", () => {
  it("are the same of a state that calls their names services", () => {
    const port = { port: 20_002, key: "nodes[1].zmqPort" };
    const ports = [{ ...port, service: "zmq" }] as unknown as NodePorts["ports"];
    expect(recordedPorts({ ports })).toEqual([{ ...port, name: "zmq" }]);
    expect(recordedPorts({ ports: [{ ...port, name: "p2p" }] })).toEqual([
      { ...port, name: "p2p" },
    ]);
    expect(recordedPorts({})).toEqual([]);
  });
});

describe("isFreePort", () => {
  it("tells a port on which somebody listens", async () => {
    const server = createServer();
    const { promise, resolve } = Promise.withResolvers<number>();
    server.listen(0, "127.0.0.1", () => {
      resolve((server.address() as { port: number }).port);
    });
    const port = await promise;
    expect(await isFreePort(port)).toBe(false);
    const closed = Promise.withResolvers<undefined>();
    server.close(() => {
      closed.resolve(undefined);
    });
    await closed.promise;
    expect(await isFreePort(port)).toBe(true);
  });
});
