import { createServer, type Server } from "node:net";

import type Docker from "dockerode";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

import {
  findTaken,
  findTakenNetwork,
  isServiceTaken,
  type Taken,
  type Wanted,
} from "../../../../provider/regtest/claims.ts";
import { freePorts } from "../../../../engine/free-ports.ts";
import { label, stackLabels } from "../../../../engine/labels.ts";

const ours = "0123456789abcdef";
const nothing = { name: undefined, port: undefined, image: undefined };

let port: number;
beforeEach(async () => {
  [port = 0] = await freePorts(1);
});

interface FoundContainer {
  readonly name: string;
  readonly labels?: Record<string, string>;
  readonly ports?: readonly Partial<Docker.Port>[];
  /** Default: running. */
  readonly state?: string;
}

/** An engine with these containers, and one image, `alice:latest`, with `imageLabels`; without them none. */
function engineWith(
  containers: readonly FoundContainer[],
  imageLabels?: Record<string, string>,
): Docker {
  const found = containers.map(({ name, labels = {}, ports = [], state = "running" }) => ({
    Names: [`/${name}`],
    Image: "busybox",
    State: state,
    Labels: labels,
    Ports: ports,
  }));
  return {
    listContainers: () => Promise.resolve(found),
    getImage: () => ({
      inspect: () =>
        imageLabels === undefined
          ? Promise.reject(Object.assign(new Error("no such image"), { statusCode: 404 }))
          : Promise.resolve({ Config: { Labels: imageLabels } }),
    }),
  } as unknown as Docker;
}

async function taken(
  docker: Docker,
  wanted: Partial<Wanted> = {},
): Promise<Pick<Taken, "name" | "image"> & { port: string | undefined }> {
  const ports = [{ port, key: "aliceRpcPort" }];
  const all = {
    containerName: "alice",
    ports,
    snapshotImage: "alice:latest",
    volumes: [],
    ...wanted,
  };
  const own = { stackId: ours, containers: new Set(["alice"]) };
  const {
    name,
    image,
    ports: found,
  } = await findTaken(docker, await docker.listContainers(), own, all);
  return { name, image, port: found[0]?.by };
}

const ourNode = stackLabels(ours, "dev", "node");
const publishing = (more: Partial<Docker.Port> = {}): Partial<Docker.Port>[] => [
  { PrivatePort: 18332, PublicPort: port, Type: "tcp", IP: "127.0.0.1", ...more },
];

describe("findTaken", () => {
  it("finds nothing on a machine that has nothing of it", async () => {
    const others = engineWith([
      { name: "alice2", ports: [{ PrivatePort: 80, Type: "tcp" }] },
      { name: "not-alice", ports: publishing({ PublicPort: port + 1 }) },
    ]);
    expect(await taken(others)).toEqual(nothing);
  });

  it("leaves the stack its own name, port and image", async () => {
    const own = engineWith(
      [{ name: "alice", labels: ourNode, ports: publishing() }],
      stackLabels(ours, "dev", "snapshot"),
    );
    expect(await taken(own)).toEqual(nothing);
  });

  it("names the container that has the name, and the stack it is of", async () => {
    expect(await taken(engineWith([{ name: "alice" }]))).toEqual({
      ...nothing,
      name: 'the container "alice" (image busybox, running)',
    });
    const foreign = stackLabels("fedcba9876543210", "other", "node");
    expect(await taken(engineWith([{ name: "alice", labels: foreign }]))).toEqual({
      ...nothing,
      name: 'the container "alice" (image busybox, running, of another stack "other")',
    });
  });

  it("does not take a container for its own that was started by hand from its snapshot", async () => {
    const labels = stackLabels(ours, "dev", "snapshot");
    const { name } = await taken(engineWith([{ name: "alice", labels }]));
    expect(name).toContain('"alice"');
  });

  it("does not take a container for its own that was started by hand from a commit of its node", async () => {
    const handmade = engineWith([{ name: "handmade", labels: ourNode, ports: publishing() }]);
    expect(await taken(handmade)).toEqual({
      ...nothing,
      port: 'the container "handmade" (image busybox, running, of another stack "dev")',
    });
  });

  it.each([["127.0.0.1"], ["0.0.0.0"], [undefined]])(
    "names the container that publishes the port on %s",
    async (IP) => {
      const ports = publishing(IP === undefined ? {} : { IP });
      expect(await taken(engineWith([{ name: "web", ports }]))).toEqual({
        ...nothing,
        port: 'the container "web" (image busybox, running)',
      });
    },
  );

  it.each<[string, Partial<Docker.Port>]>([
    ["UDP", { Type: "udp" }],
    ["another address", { IP: "192.0.2.1" }],
  ])("leaves a port alone that is published on %s", async (_what, more) => {
    expect(await taken(engineWith([{ name: "web", ports: publishing(more) }]))).toEqual(nothing);
  });

  it.each([[{}], [{ [label.stackId]: "fedcba9876543210" }]])(
    "finds an image with labels %j that is not the stack's",
    async (labels) => {
      const { image } = await taken(engineWith([], labels));
      expect(image).toBe("an image that is not this stack's");
    },
  );

  it("asks for no image where none is going to be made", async () => {
    expect(await taken(engineWith([], {}), { snapshotImage: undefined })).toEqual(nothing);
  });

  describe("when a program listens", () => {
    let server: Server;
    afterEach(() => {
      server.close();
    });

    it.each(["127.0.0.1", "0.0.0.0"])("finds the port taken that is open on %s", async (host) => {
      await listen(host);
      expect(await taken(engineWith([]))).toEqual({
        ...nothing,
        port: "another program on this machine",
      });
    });

    it("leaves it to a node of the stack that is between two starts", async () => {
      await listen("127.0.0.1");
      const again = { name: "alice", state: "restarting" };
      expect(await taken(engineWith([{ ...again, labels: ourNode }]))).toEqual(nothing);
      expect((await taken(engineWith([again]))).port).toBe("another program on this machine");
    });

    async function listen(host: string): Promise<void> {
      server = createServer();
      const { promise, resolve } = Promise.withResolvers<undefined>();
      server.listen(port, host, () => {
        resolve(undefined);
      });
      await promise;
    }
  });
});

describe("findTakenNetwork", () => {
  const engine = (networks: { Name: string; Labels?: Record<string, string> }[]): Docker =>
    ({ listNetworks: () => Promise.resolve(networks) }) as unknown as Docker;

  it.each<[string, { Name: string; Labels?: Record<string, string> }[]]>([
    ["no network", []],
    ["another one whose name has this one in it", [{ Name: "two-regtest-network" }]],
    ["its own", [{ Name: "regtest-network", Labels: stackLabels(ours, "dev", "network") }]],
  ])("leaves the stack alone with %s", async (_what, networks) => {
    expect(await findTakenNetwork(engine(networks), ours, "regtest-network")).toBeUndefined();
  });

  it.each<[string, { Name: string; Labels?: Record<string, string> }]>([
    ["of nobody", { Name: "regtest-network" }],
    [
      "of another stack",
      { Name: "regtest-network", Labels: stackLabels("other", "dev", "network") },
    ],
  ])("finds one %s, even beside its own", async (_what, foreign) => {
    const own = { Name: "regtest-network", Labels: stackLabels(ours, "dev", "network") };
    expect(await findTakenNetwork(engine([own, foreign]), ours, "regtest-network")).toBe(
      "a network that is not this stack's",
    );
  });
});

describe("isServiceTaken", () => {
  const engine = (listServices: () => Promise<unknown>): Docker =>
    ({ listServices }) as unknown as Docker;
  const service = (Name: string, Labels: Record<string, string> = {}) => ({
    ID: Name,
    Spec: { Name, Labels },
  });

  it.each([
    ["its own", [service("crowd", stackLabels(ours, "dev", "crowd"))], false],
    ["one whose name begins with this one", [service("crowd-2")], false],
    ["one of nobody", [service("crowd-2"), service("crowd")], true],
  ])("knows %s", async (_what, services, taken) => {
    const docker = engine(() => Promise.resolve(services));
    expect(await isServiceTaken(docker, ours, "crowd")).toBe(taken);
  });

  it("finds none in the swarm of an engine that manages none, which is told elsewhere", async () => {
    const refusal = Object.assign(new Error("not a swarm manager"), { statusCode: 503 });
    const docker = engine(() => Promise.reject(refusal));
    expect(await isServiceTaken(docker, ours, "crowd")).toBe(false);
  });
});
