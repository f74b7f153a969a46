/** Services as they are declared: defaults, whom they follow, and what is not allowed. */
import { describe, expect, it } from "vitest";

import { readNetwork } from "../../../../../bootstrap/plan/settings/network-plan.ts";

const image = "lnd:1";
const problemsOf = (...services: object[]): readonly string[] => readNetwork({ services }).problems;

it("have defaults, and follow whom their templates name", () => {
  const services = [
    {
      ...{ name: "lnd1", image, ports: { rest: 8080, grpc: { container: 10009, host: 10010 } } },
      command: ["--rpc={{alice.rpc}}", "--peer={{lnd0.p2p}}"],
      files: { "/cookie": "{{rpcUser}}:{{rpcPassword}}" },
      // They connect to each other when both run.
      afterStart: ["connect", "{{lnd2.host}}"],
    },
    { name: "lnd0", image, ports: { p2p: { container: 9735, scheme: "tcp" } } },
    { name: "lnd2", image, follows: ["lnd1"] },
  ];
  const { plan, problems } = readNetwork({ services, timeout: 90 });
  expect(problems).toEqual([]);
  expect(plan?.services[0]).toEqual({
    ...{ name: "lnd1", image, environment: {}, state: [], startTimeout: 90, stopTimeout: 10 },
    command: ["--rpc={{alice.rpc}}", "--peer={{lnd0.p2p}}"],
    files: { "/cookie": "{{rpcUser}}:{{rpcPassword}}" },
    afterStart: ["connect", "{{lnd2.host}}"],
    follows: ["alice", "lnd0"],
    ports: [
      { name: "rest", container: 8080, scheme: "http" },
      { name: "grpc", container: 10009, scheme: "http", host: 10010 },
    ],
  });
});

describe("are refused with", () => {
  it.each([
    ["no image", [{ name: "a" }], /^services\[0\]\.image is required; give the reference/],
    [
      "a node's name",
      [{ name: "alice", image }],
      /^services\[0\]\.name: "alice" is not allowed; a node has/,
    ],
    [
      "a name twice",
      [
        { name: "a", image },
        { name: "a", image },
      ],
      /^services\[1\]\.name: "a" .*services\[0\] has the same/,
    ],
    ["the auto-miner's name", [{ name: "auto-miner", image }], /and not localhost or auto-miner$/],
    [
      "an unknown key",
      [{ name: "a", image, volumes: [] }],
      /^services\[0\]\.volumes: .*there is no such key; there are name, image/,
    ],
    [
      "nobody to follow",
      [{ name: "a", image, follows: ["b"] }],
      /^services\[0\]\.follows\[0\]: "b" is not allowed; give one of alice, miner$/,
    ],
    [
      "a circle",
      [
        { name: "a", image, follows: ["b"] },
        { name: "b", image, follows: ["a"] },
      ],
      /^services: a, b follow each other in a circle$/,
    ],
    [
      "a circle through templates",
      [
        { name: "a", image, command: ["{{b.web}}"] },
        { name: "b", image, ports: { web: 1 }, follows: ["a"] },
      ],
      /^services: a, b follow each other in a circle$/,
    ],
    [
      "a template of nothing",
      [{ name: "a", image, command: ["{{bob.rpc}}"] }],
      /^services\[0\]\.command\[0\]: .*\{\{bob\.rpc\}\} stands for nothing; there are alice\.host/,
    ],
    [
      "a password in its command",
      [{ name: "a", image, command: ["{{rpcPassword}}"] }],
      /would be seen in a list of processes; write it into a file$/,
    ],
    [
      "a port of a node that publishes none",
      [{ name: "a", image, command: ["{{alice.zmqTx}}"] }],
      /alice has no zmqTxPort; set it, as to free$/,
    ],
    [
      "an address that is known late in its command",
      [{ name: "a", image, command: ["{{miningAddress}}"] }],
      /stands for nothing/,
    ],
    [
      "a path that is not absolute",
      [{ name: "a", image, state: ["data"] }],
      /^services\[0\]\.state\[0\]: "data" is not allowed; give an absolute path/,
    ],
    [
      "a path that leads up",
      [{ name: "a", image, state: ["/data/../etc"] }],
      /give an absolute path without "\.\."/,
    ],
    [
      "a folder in another",
      [{ name: "a", image, state: ["/data", "/data/x"] }],
      /^services\[0\]\.state\[1\]: .*state\[0\] has it already/,
    ],
    [
      "a folder twice",
      [{ name: "a", image, state: ["/data", "/data"] }],
      /^services\[0\]\.state\[1\]: .*state\[0\] has it already/,
    ],
    [
      "a port to be ready at that it has not",
      [{ name: "a", image, ready: { http: "web" } }],
      /^services\[0\]\.ready\.http: "web" is not allowed; it has no ports; declare one$/,
    ],
    [
      "no regular expression",
      [{ name: "a", image, ready: { log: "(" } }],
      /^services\[0\]\.ready\.log: "\(" is not allowed; give a regular expression/,
    ],
    [
      "two ways to be ready",
      [{ name: "a", image, ready: { log: "x", port: "y" } }],
      /^services\[0\]\.ready/,
    ],
    [
      "a host port that a node has",
      [{ name: "a", image, ports: { web: { container: 80, host: 18332 } } }],
      /^services\[0\]\.ports\.web\.host: 18332 is not allowed; aliceRpcPort is the same/,
    ],
  ])("%s", (_, services, problem) => {
    const problems = problemsOf(...services);
    expect(problems[0]).toMatch(problem);
  });
});
