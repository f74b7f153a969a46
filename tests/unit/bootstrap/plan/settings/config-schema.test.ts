/** docs/config.schema.json, by which editors check stack files, says what the program says. */
import { readFileSync } from "node:fs";

import { Ajv } from "ajv";
import { describe, expect, it } from "vitest";

import { argumentProblem, ownArguments } from "../../../../../bootstrap/plan/settings/arguments.ts";
import { readNetwork } from "../../../../../bootstrap/plan/settings/network-plan.ts";
import type { NetworkArgs } from "../../../../../bootstrap/plan/settings/network-schema.ts";
import { readExample } from "../../../../helpers/example.ts";

type Changed = Partial<Record<keyof NetworkArgs, unknown>>;

const text = readFileSync(
  new URL("../../../../../docs/config.schema.json", import.meta.url),
  "utf8",
);
const schema = JSON.parse(text) as object;
const validate = new Ajv({ allErrors: true }).compile(schema);

/** Whether an editor finds nothing wrong with a stack file that has these values. */
function accepted(config: Readonly<Record<string, unknown>>): boolean {
  const keys = Object.entries(config).map(([key, value]) => [`regtest-network:${key}`, value]);
  return validate({ config: Object.fromEntries(keys) as unknown });
}

const three = [{ name: "alice" }, { name: "bob" }, { name: "miner", role: "miner" }];
const labelled = [{ name: "one", labels: { disk: "ssd" } }];
const pay = { node: "bob", label: "Bob", amount: "1" };

describe("the schema", () => {
  it.each([...ownArguments].flatMap((name) => [`-${name}`, `-${name}=1`, `-no${name}`]))(
    "refuses the argument %s, as the program does",
    (argument) => {
      expect(argumentProblem(argument)).toBeDefined();
      expect(accepted({ nodes: [{ name: "alice", arguments: [argument] }] })).toBe(false);
    },
  );

  it.each(["default", "three", "ring"])("accepts examples/Pulumi.%s.yaml", async (name) => {
    expect(accepted(await readExample(name))).toBe(true);
  });

  it.each<[Changed]>([
    [{ nodes: three }],
    [
      {
        nodes: [...three, { name: "n-1", rpcPort: 65535, wallets: ["a.b"], arguments: ["-par=2"] }],
      },
    ],
    [{ nodes: [...three, { name: "n", p2pPort: 1, zmqPort: "free", rest: true }] }],
    [{ nodes: [...three, { name: "n", zmqBlockPort: 1, zmqTxPort: "free" }] }],
    [{ nodes: [...three, { name: "n", image: "debian" }] }],
    [{ nodes: three.map((node) => ({ ...node, host: { disk: "ssd" } })), hosts: labelled }],
    [{ nodes: [...three, { name: "n", image: { core: "30.0rc1" } }] }],
    [{ nodes: [...three, { name: "n", image: { external: "docker.io/bitcoin/bitcoin:29" } }] }],
    [{ nodes: JSON.stringify(three) }],
    [{ connect: "star" }],
    [{ connect: [["alice", "miner"]] }],
    [{ nodes: three, fund: [pay, { ...pay, label: "of all", amount: 0.5 }] }],
  ])("accepts %j, as the program does", (changed) => {
    const parsed = typeof changed.nodes === "string" ? { nodes: three } : changed;
    expect(readNetwork(parsed).problems).toEqual([]);
    expect(accepted(changed)).toBe(true);
  });

  it.each<[Changed]>([
    [{ nodes: "alice" }],
    [{ nodes: { name: "alice" } }],
    [{ nodes: [...three, "dave"] }],
    [{ nodes: [...three, {}] }],
    [{ nodes: [...three, { name: "dave", image: "x" }] }],
    [{ nodes: [...three, { name: "dave", image: {} }] }],
    [{ nodes: [...three, { name: "dave", image: { core: 29.0 } }] }],
    [{ nodes: [...three, { name: "dave", image: { core: "latest" } }] }],
    [{ nodes: [...three, { name: "dave", image: { external: "Bad Name" } }] }],
    [{ nodes: [...three, { name: "dave", image: { core: "29.0", external: "a/b" } }] }],
    [{ nodes: [...three, { name: "Dave" }] }],
    [{ nodes: [...three, { name: "localhost" }] }],
    [{ nodes: [...three, { name: "dave", role: "wallet" }] }],
    [{ nodes: [...three, { name: "dave", rpcPort: 0 }] }],
    [{ nodes: [...three, { name: "dave", rpcPort: 1.5 }] }],
    [{ nodes: [...three, { name: "dave", rpcPort: "18332" }] }],
    [{ nodes: [...three, { name: "dave", zmqPort: "any" }] }],
    [{ nodes: [...three, { name: "dave", zmqBlockPort: 0 }] }],
    [{ nodes: [...three, { name: "dave", zmqTxPort: "any" }] }],
    [{ nodes: [...three, { name: "dave", rest: "true" }] }],
    [{ nodes: [...three, { name: "dave", wallets: "a" }] }],
    [{ nodes: [...three, { name: "dave", wallets: ["a", "a"] }] }],
    [{ nodes: [...three, { name: "dave", wallets: ["a b"] }] }],
    [{ nodes: [...three, { name: "dave", arguments: ["maxmempool=5"] }] }],
    [{ nodes: [...three, { name: "dave", arguments: [5] }] }],
    [{ connect: "tree" }],
    [{ connect: ["alice", "miner"] }],
    [{ connect: [["alice"]] }],
    [{ connect: [["alice", "alice"]] }],
    [{ fund: "bob" }],
    [{ nodes: three, fund: [{ ...pay, label: "*" }] }],
    [{ nodes: three, fund: [{ ...pay, label: "" }] }],
    [{ nodes: three, fund: [{ ...pay, amount: -1 }] }],
    [{ nodes: three, fund: [{ ...pay, amount: "1,5" }] }],
    [{ nodes: three, fund: [{ ...pay, wallet: "x" }] }],
    [{ nodes: three, fund: [{ node: "bob", label: "Bob" }] }],
  ])("refuses %j, as the program does", (changed) => {
    expect(readNetwork(changed).problems).not.toEqual([]);
    expect(accepted(changed)).toBe(false);
  });
});
