import { describe, expect, it } from "vitest";

import { readNetwork } from "../../../../../bootstrap/plan/settings/network-plan.ts";

const nodes = [{ name: "alice" }, { name: "miner", role: "miner" }];
const hosts = [{ name: "one" }, { name: "two", engine: "ssh://me@two" }];

it("a node is on the host that it names", () => {
  const declared = { hosts, nodes: nodes.map((node) => ({ ...node, host: "two" })) };
  const { plan, problems } = readNetwork(declared);
  expect(problems).toEqual([]);
  expect(plan?.nodes.map(({ host }) => host)).toEqual(["two", "two"]);
});

it("services are on the first host unless they name another", () => {
  const services = [
    { name: "shop", image: "shop" },
    { name: "till", image: "till", host: "two" },
  ];
  const { plan } = readNetwork({ hosts, nodes, services, explorer: { host: "two" } });
  expect(plan?.services.map(({ name, host }) => [name, host])).toEqual([
    ["shop", "one"],
    ["till", "two"],
    ["explorer", "two"],
  ]);
  const alone = readNetwork({ nodes, services: services.slice(0, 1), explorer: true }).plan;
  expect(alone?.services.map((service) => "host" in service)).toEqual([false, false]);
});

const zones = [
  { name: "one", labels: { zone: "a" } },
  { name: "two", engine: "ssh://me@two", labels: { zone: "a", disk: "ssd" } },
  { name: "three", engine: "ssh://me@three" },
];

it("nodes, services and a crowd are on hosts that have the labels", () => {
  const { plan, problems } = readNetwork({
    hosts: zones,
    nodes: nodes.map((node) => ({ ...node, host: { disk: "ssd", zone: "a" } })),
    services: [{ name: "shop", image: "shop", host: { disk: "ssd" } }],
    crowd: { replicas: 3, host: { zone: "a" } },
  });
  expect(problems).toEqual([]);
  expect(plan?.nodes.map(({ host }) => host)).toEqual(["two", "two"]);
  expect(plan?.services.map(({ host }) => host)).toEqual(["two"]);
  expect(plan?.crowd?.hosts).toEqual(["one", "two"]);
  const anywhere = readNetwork({ hosts: zones, crowd: { replicas: 3 } }).plan;
  expect(anywhere?.crowd?.hosts).toEqual(["one", "two", "three"]);
});

it("without hosts no node is on any", () => {
  expect(readNetwork({ nodes }).plan?.nodes.map((node) => "host" in node)).toEqual([false, false]);
});

it.each(["registry.example:5000/regtest", "localhost:5000/a/b", "team/regtest", ""])(
  'images may get to hosts by the registry "%s"',
  (registry) => {
    expect(readNetwork({ hosts, nodes, registry }).problems).toEqual([]);
  },
);

const repositoryAllowed =
  "is not allowed; give a repository without scheme and tag, such as registry.example:5000/regtest, or nothing";

describe("is refused:", () => {
  it.each<[string, object, string]>([
    [
      "a host that is not declared",
      { hosts, nodes: [{ ...nodes[0], host: "three" }, nodes[1]] },
      'nodes[0].host: "three" is not allowed; there is no such host; there are one, two',
    ],
    [
      "a host where none is declared",
      { nodes: [{ ...nodes[0], host: "one" }, nodes[1]] },
      'nodes[0].host: "one" is not allowed; there is no such host; hosts declares none',
    ],
    [
      "a host of a service that is not declared",
      { hosts, nodes, services: [{ name: "shop", image: "shop", host: "three" }] },
      'services[0].host: "three" is not allowed; there is no such host; there are one, two',
    ],
    [
      "a host of the explorer where none is declared",
      { nodes, explorer: { host: "one" } },
      'explorer.host: "one" is not allowed; there is no such host; hosts declares none',
    ],
    [
      "labels that no host has all of",
      { hosts: zones, nodes: [{ ...nodes[0], host: { disk: "ssd", zone: "b" } }, nodes[1]] },
      'nodes[0].host: {"disk":"ssd","zone":"b"} is not allowed; no host has all of these labels; ' +
        "one has zone: a; two has zone: a, disk: ssd; three has none",
    ],
    [
      "labels for a crowd that no host has",
      { hosts, crowd: { replicas: 1, host: { zone: "b" } } },
      'crowd.host: {"zone":"b"} is not allowed; no host has all of these labels; one has none; two has none',
    ],
    [
      "labels where no host is declared",
      { nodes, services: [{ name: "shop", image: "shop", host: { zone: "a" } }] },
      'services[0].host: {"zone":"a"} is not allowed; no host has all of these labels; hosts declares none',
    ],
    [
      "no labels at all",
      { hosts, nodes: [{ ...nodes[0], host: {} }, nodes[1]] },
      "nodes[0].host: {} is not allowed; give the name of a host, or labels that it has, such as { disk: ssd }",
    ],
    [
      "more nodes than the hosts with the labels take",
      {
        hosts: [{ ...zones[0], capacity: 1 }, zones[2]],
        nodes: nodes.map((node) => ({ ...node, host: { zone: "a" } })),
      },
      "hosts[0].capacity: 1 is not allowed; 2 nodes are placed there; give more, or add a host",
    ],
    [
      "two hosts of one name",
      { hosts: [hosts[0], { ...hosts[1], name: "one" }] },
      'hosts[1].name: "one" is not allowed; hosts[0] has the same; give each its own',
    ],
    [
      "a second host without an engine",
      { hosts: [hosts[0], { name: "two" }] },
      'hosts[1].engine: "" is not allowed; only the first host may leave it out; give its URL',
    ],
    [
      "certificates for an engine that uses none",
      { hosts: [hosts[0], { ...hosts[1], certPath: "certs" }] },
      'hosts[1].certPath: "certs" is not allowed; it goes with an engine of tcp:// or https:// alone',
    ],
    [
      "more nodes than a capacity",
      { hosts: [{ name: "one", capacity: 1 }], nodes },
      "hosts[0].capacity: 1 is not allowed; 2 nodes are placed there; give more, or add a host",
    ],
    [
      "a registry without hosts",
      { nodes, registry: "registry.example/regtest" },
      'registry: "registry.example/regtest" is not allowed; it is for images of hosts, and hosts declares none; leave it out',
    ],
    ...[
      "https://registry.example/regtest",
      "registry.example/regtest:tag",
      "me@registry.example/regtest",
      "registry.example:5000",
      "registry.example/Regtest",
    ].map((registry): [string, object, string] => [
      `${registry} as a registry`,
      { hosts, nodes, registry },
      `registry: "${registry}" ${repositoryAllowed}`,
    ]),
    [
      "a password in a registry, which is not repeated",
      { hosts, nodes, registry: "me:hunter2@registry.example/regtest" },
      `registry: "me:[redacted]@registry.example/regtest" ${repositoryAllowed}`,
    ],
    [
      "an engine that is no URL",
      { hosts: [{ name: "one", engine: "two:2376" }] },
      'hosts[0].engine: "two:2376" is not allowed; give the URL of an engine, such as ssh://user@machine, tcp://machine:2376 or unix:///path',
    ],
    [
      "an address with a port",
      { hosts: [{ name: "one", address: "two:80" }] },
      'hosts[0].address: "two:80" is not allowed; give a host name or an IPv4 address, without scheme and port',
    ],
  ])("%s", (_, declared, problem) => {
    expect(readNetwork(declared).problems).toEqual([problem]);
  });
});
