import Docker from "dockerode";
import { describe, expect, it } from "vitest";

import { ofHost } from "../../../../bootstrap/services/template-values.ts";
import {
  addressValues,
  credentialValues,
  isSecretName,
  placeholdersIn,
  render,
} from "../../../../bootstrap/services/template.ts";
import { noteEndpoint } from "../../../../engine/host.ts";

const nodes = [{ name: "alice" }, { name: "miner" }];
const services = [
  { name: "lnd1", ports: [{ name: "rest", container: 8080, scheme: "https" as const }] },
];
const values = {
  ...addressValues(nodes, services, { address: "docker" }),
  ...credentialValues(nodes, { user: "us:er", password: "p@ss/word" }),
};

describe("render", () => {
  it.each([
    ["--rpc={{alice.rpc}}", "--rpc=alice:18332"],
    ["{{ alice.host }} {{miner.rpcPort}}", "alice 18332"],
    ["{{alice.url}} {{miner.p2p}}", "http://alice:18332 miner:18444"],
    [
      "{{alice.zmq}} {{alice.zmqBlock}} {{alice.zmqTx}}",
      "tcp://alice:28332 tcp://alice:28333 tcp://alice:28334",
    ],
    ["{{lnd1.host}} {{lnd1.rest}}", "lnd1 lnd1:8080"],
    ["{{rpcUser}}:{{rpcPassword}}", "us:er:p@ss/word"],
    ["{{alice.credentialsUrl}}", "http://us%3Aer:p%40ss%2Fword@alice:18332"],
    ["${alice} {alice} {{}", "${alice} {alice} {{}"],
  ])("makes of %j %j", (text, rendered) => {
    expect(render(text, values)).toBe(rendered);
  });

  it.each(["{{bob.rpc}}", "{{alice}}", "{{}}", "{{toString}}", "{{alice.constructor}}"])(
    "refuses %s, and says what there is",
    (text) => {
      expect(() => render(text, values)).toThrow(
        /^\{\{.*\}\} stands for nothing; there are alice\.host, /,
      );
    },
  );

  it("takes a value as it is, whatever is in it", () => {
    expect(render("{{rpcPassword}}", { rpcPassword: "$& {{rpcUser}}" })).toBe("$& {{rpcUser}}");
  });
});

it("finds every placeholder in a text", () => {
  expect(placeholdersIn("{{a}}:{{ b.c }} {{a}} {d}")).toEqual(["a", "b.c", "a"]);
});

it("knows which of them let somebody in", () => {
  expect(Object.keys(values).filter(isSecretName)).toEqual([
    "rpcPassword",
    "alice.credentialsUrl",
    "miner.credentialsUrl",
  ]);
});

it("finds published ports where the engine of the service's own container has them", () => {
  const docker = new Docker({ host: "two" });
  noteEndpoint(docker, { host: "tcp://two:2376", source: "hosts", address: "10.0.0.2" });
  const container = docker.getContainer("shop");
  const found = { publishedHost: "127.0.0.1", rpcUser: "user" };
  expect(ofHost(found, container)).toEqual({ publishedHost: "10.0.0.2", rpcUser: "user" });
});
