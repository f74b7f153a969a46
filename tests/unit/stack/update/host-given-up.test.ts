import { expect, it } from "vitest";

import { giveUpHost, withoutHost } from "../../../../stack/update/host-given-up.ts";
import type { StackState } from "../../../../stack/stack-state.ts";
import type { Environment } from "../../../../toolchain/ensure.ts";

const hosts = [
  { name: "one", host: "tcp://127.0.0.1:1", address: "127.0.0.1" },
  { name: "two", host: "tcp://127.0.0.1:1", address: "127.0.0.1" },
];
const of = (type: string, name: string): string =>
  `urn:pulumi:dev::regtest-network::${type}::${name}`;
const providers = ["regtest-engine", "regtest-engine-two"].map((name) =>
  of("pulumi:providers:docker", name),
);
const [first = "", second = ""] = providers;
const nodes = [
  { name: "alice", host: "one" },
  { name: "miner", host: "two" },
];
const services = [
  { name: "shop", host: "two" },
  { name: "till", host: "one" },
];
const engine = { hosts };
const container = (name: string): string => of("docker:index/container:Container", name);

const resources = [
  { urn: first, type: "pulumi:providers:docker", id: "1" },
  { urn: second, type: "pulumi:providers:docker", id: "2" },
  {
    ...{ urn: of("regtest:index:Claim", "claim"), type: "regtest:index:Claim" },
    ...{ inputs: { engine, nodes, services }, outputs: { engine, nodes, services } },
  },
  { urn: container("alice"), type: "docker:index/container:Container", provider: `${first}::1` },
  { urn: container("miner"), type: "docker:index/container:Container", provider: `${second}::2` },
  {
    ...{ urn: of("regtest:index:HostImage", "image"), type: "regtest:index:HostImage" },
    ...{ inputs: { engine, host: "two" } },
  },
  {
    ...{ urn: of("regtest:index:ServiceState", "shop"), type: "regtest:index:ServiceState" },
    ...{ inputs: { engine, host: "two" } },
  },
  {
    ...{ urn: of("regtest:index:Bootstrap", "bootstrap"), type: "regtest:index:Bootstrap" },
    inputs: { engine, nodes },
    dependencies: [container("alice"), container("miner")],
    propertyDependencies: { nodes: [container("alice"), container("miner")], plan: null },
  },
];

it("takes what is on the host out of a state, and its name out of the rest", () => {
  const left = withoutHost(resources, "two");
  const names = left.map(({ urn }) => urn.split("::").at(-1));
  expect(names).toEqual(["regtest-engine", "claim", "alice", "bootstrap"]);
  expect(JSON.stringify(left)).not.toContain("regtest-engine-two");
  const [, claim, , bootstrap] = left;
  for (const recorded of [claim?.inputs, claim?.outputs])
    expect(recorded).toEqual({
      ...{ engine: { hosts: hosts.slice(0, 1) } },
      ...{ nodes: nodes.slice(0, 1), services: services.slice(1) },
    });
  // Its own look at the containers finds the one that is gone.
  expect(bootstrap?.inputs).toEqual({ engine: { hosts: hosts.slice(0, 1) }, nodes });
  expect(bootstrap).toMatchObject({
    dependencies: [container("alice")],
    propertyDependencies: { nodes: [container("alice")], plan: null },
  });
});

it.each([
  ["three", "stack dev is on no host three; its hosts are one, two"],
  ["one", "host one is the first, with the images and snapshots of stack dev"],
])("refuses to give up host %s", async (host, problem) => {
  const state = { stack: "dev", networks: [{ claim: { engine } }] } as unknown as StackState;
  await expect(giveUpHost({} as Environment, state, host)).rejects.toThrow(problem);
});
