/** The explorer as it is declared: the service that it is, and what is not allowed. */
import { describe, expect, it } from "vitest";

import { readNetwork } from "../../../../../bootstrap/plan/settings/network-plan.ts";

const image = "lnd:1";

it("is not there where nobody asks for it, and its name is free", () => {
  expect(readNetwork({}).plan?.services).toEqual([]);
  expect(readNetwork({ explorer: false }).plan?.services).toEqual([]);
  const own = readNetwork({ services: [{ name: "explorer", image }] });
  expect(own.problems).toEqual([]);
  expect(own.plan?.services.map(({ image }) => image)).toEqual([image]);
});

it("is a service of the first node, confined, with the credentials in a file", () => {
  const { plan, problems } = readNetwork({ explorer: true, timeout: 90 });
  expect(problems).toEqual([]);
  expect(plan?.services).toEqual([
    {
      ...{ name: "explorer", key: "explorer", image: { own: "explorer" } },
      command: [
        "--node={{alice.url}}",
        "--credentials=/regtest-network/credentials",
        "--name=explorer",
        "--published-host={{publishedHost}}",
        ...["--http-port=3000", "--electrum-port=50001"],
      ],
      environment: {},
      files: { "/regtest-network/credentials": "{{rpcUser}}:{{rpcPassword}}" },
      follows: ["alice"],
      state: [],
      ports: [
        { name: "http", container: 3000, scheme: "http" },
        { name: "electrum", container: 50001, scheme: "tcp" },
      ],
      ready: { http: "http", path: "/blocks/tip/height" },
      ...{ startTimeout: 90, stopTimeout: 5, confined: true },
    },
  ]);
});

it("is of another node, at ports of one's own, and with other limits", () => {
  const limits = { transactions: 10, megabytes: 20 };
  const ports = { http: 3000, electrum: "free" };
  const { plan } = readNetwork({ explorer: { node: "miner", ports, limits } });
  const [explorer] = plan?.services ?? [];
  expect(explorer?.follows).toEqual(["miner"]);
  expect(explorer?.command).toEqual(
    expect.arrayContaining(["--node={{miner.url}}", "--transactions=10", "--megabytes=20"]),
  );
  expect(explorer?.ports.map(({ host }) => host)).toEqual([3000, undefined]);
});

it("is known to the services that are declared", () => {
  const wallet = { name: "wallet", image, environment: { ESPLORA: "http://{{explorer.http}}" } };
  const services = [wallet, { name: "shop", image, follows: ["explorer"] }];
  const { plan, problems } = readNetwork({ explorer: true, services });
  expect(problems).toEqual([]);
  expect(plan?.services.map(({ name, follows }) => [name, ...follows])).toEqual([
    ["wallet", "explorer"],
    ["shop", "explorer"],
    ["explorer", "alice"],
  ]);
  expect(readNetwork({ services }).problems[0]).toContain("{{explorer.http}} stands for nothing");
});

describe("is refused with", () => {
  it.each<[string, object, string]>([
    [
      "a text",
      { explorer: "yes" },
      'explorer: "yes" is not allowed; give true, false, or an object with node, host, ports, limits',
    ],
    [
      "an unknown key",
      { explorer: { faucet: true } },
      "explorer.faucet: true is not allowed; there is no such key; there are node, host, ports, limits",
    ],
    [
      "no such node",
      { explorer: { node: "bob" } },
      'explorer.node: "bob" is not allowed; there is no such node; there are alice, miner',
    ],
    [
      "a limit of nothing",
      { explorer: { limits: { megabytes: 0 } } },
      "explorer.limits.megabytes: 0 is not allowed; give a whole number from 1 to 1048576",
    ],
    [
      "a node's port",
      { explorer: { ports: { electrum: 18332 } } },
      "explorer.ports.electrum: 18332 is not allowed; aliceRpcPort is the same; give each a port of its own",
    ],
    [
      "a service of its name",
      { explorer: true, services: [{ name: "explorer", image }] },
      "explorer: true is not allowed; services[0] is called explorer, as it would be; give that another name, or leave explorer out",
    ],
    [
      "a node of its name",
      { explorer: true, nodes: [{ name: "miner", role: "miner" }, { name: "explorer" }] },
      "explorer: true is not allowed; nodes[1] is called explorer, as it would be; give that another name, or leave explorer out",
    ],
  ])("%s", (_what, declared, problem) => {
    expect(readNetwork(declared).problems).toEqual([problem]);
  });
});

it("refuses a confined service a file that is in no folder", () => {
  const service = { name: "a", image, confined: true, files: { "/cookie": "", "/run/b": "" } };
  expect(readNetwork({ services: [service] }).problems).toEqual([
    "services[0].files: /cookie is in no folder, and the service is confined; give a path in a folder",
  ]);
});
