/** What must be true of several keys together. */
import type * as z from "zod";

import { chainBegin, furthestAhead, genesisTime, isoTime, lastTime } from "../../clock/mocktime.ts";
import { apart, edgesOf } from "./connections.ts";
import { crowded, neighbourTable } from "./neighbours.ts";
import { crowdFits, hostsFit, registryFits } from "./host-rules.ts";
import type { CheckedKeys } from "./network-schema.ts";
import { freePort } from "./node-schema.ts";
import { paymentsOf, unpayable } from "./payments.ts";
import { portsOf } from "./ports.ts";
import type { Told } from "./problems.ts";
import { explorerFits, servicesFit } from "./service-rules.ts";

/** What the rules look at beside the declaration. */
export interface Surroundings {
  /** Milliseconds since 1970. Default: the present. */
  readonly now?: number;
  /** Entries of the kernel's table of neighbours. Default: this kernel's. */
  readonly neighbours?: number;
}

export type Path = readonly (string | number)[];

export interface Check {
  /** The value, or that of `declared` where it is given, is not allowed. */
  readonly refuse: (path: Path, allowed: string, value?: unknown) => void;
  /** Something that no single value is to blame for. */
  readonly add: (path: Path, problem: string) => void;
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly neighbours: number;
}

type Rule = (network: CheckedKeys, check: Check) => void;

/** Each with the keys that must be right by themselves. */
const rules: readonly (readonly [readonly (keyof CheckedKeys)[], Rule])[] = [
  [["start", "snapshot"], snapshotFits],
  [["start", "scenario"], scenarioFits],
  [["mockTime"], mockTimeFits],
  [["mockTime", "freshBlock"], freshBlockFits],
  [["start", "blocks", "confirmations", "reproducible", "mockTime", "blockSpacing"], spacingFits],
  [["nodes"], namesDiffer("nodes")],
  [["hosts"], namesDiffer("hosts")],
  [["nodes", "services", "explorer", "aliceRpcPort", "minerRpcPort"], portsDiffer],
  [["nodes"], oneMines],
  [["nodes", "start"], imagesFit],
  [["nodes", "connect"], allAreReached],
  [["nodes", "fund"], payeesFit],
  [["nodes", "services", "explorer", "timeout"], servicesFit],
  [["nodes", "services", "explorer"], explorerFits],
  [["nodes", "services", "explorer", "crowd", "hosts"], hostsFit],
  [["registry", "hosts"], registryFits],
  [["nodes", "hosts", "crowd", "start"], crowdFits],
  [["nodes", "fund", "amount", "blocks"], allIsPayable],
];

export function crossRules({
  now = Date.now(),
  neighbours = neighbourTable(),
}: Surroundings): (network: CheckedKeys, context: z.core.$RefinementCtx<CheckedKeys>) => void {
  return (network, context) => {
    const wrong = new Set(context.issues.map(({ path = [] }) => path[0]));
    const add = (path: Path, message: string, params: Told): void => {
      context.addIssue({ code: "custom", path: [...path], message, params: { ...params } });
    };
    const check: Check = {
      now,
      neighbours,
      refuse: (path, allowed, value) => {
        add(path, allowed, { value });
      },
      add: (path, problem) => {
        add(path, problem, { whole: true });
      },
    };
    for (const [keys, rule] of rules) if (!keys.some((key) => wrong.has(key))) rule(network, check);
  };
}

function snapshotFits({ start, snapshot }: CheckedKeys, { refuse }: Check): void {
  if (start === "genesis" && snapshot !== "") {
    refuse(["snapshot"], "start is genesis; leave it empty, or set start to snapshot");
  } else if (start === "snapshot" && snapshot === "") {
    refuse(["snapshot"], "start is snapshot, so give the name of one");
    // A stack's own snapshot is called like the stack, whose names Pulumi allows.
  } else if (start === "snapshot" && !/^[A-Za-z0-9._-]{1,140}$/.test(snapshot)) {
    refuse(
      ["snapshot"],
      "give the name of a snapshot; npm run snapshot -- list shows the snapshots",
    );
  }
}

function scenarioFits({ start, scenario }: CheckedKeys, { refuse }: Check): void {
  if (start === "snapshot" && scenario !== "")
    refuse(["scenario"], "start is snapshot, which has its history; leave it empty");
}

function mockTimeFits({ mockTime }: CheckedKeys, { refuse, now }: Check): void {
  if (mockTime === undefined) return;
  if (mockTime < genesisTime) {
    refuse(
      ["mockTime"],
      `give a time from ${isoTime(genesisTime)} on, that of regtest's first block`,
    );
  }
  if (mockTime > now / 1_000 + furthestAhead) {
    refuse(
      ["mockTime"],
      "give a time at most an hour after the present; nodes at present time refuse later blocks",
    );
  }
}

function freshBlockFits({ mockTime, freshBlock }: CheckedKeys, { refuse }: Check): void {
  if (mockTime !== undefined && freshBlock)
    refuse(["freshBlock"], "mockTime makes the clocks stand still; set one of the two");
}

function spacingFits(network: CheckedKeys, { refuse, now }: Check): void {
  const { start, blocks, confirmations, reproducible, mockTime, blockSpacing } = network;
  if (blockSpacing === undefined) return;
  const path = ["blockSpacing"];
  if (start === "snapshot") {
    refuse(path, "start is snapshot, which has its history; leave it empty");
    return;
  }
  if (!reproducible) {
    refuse(path, "reproducible is false, so that blocks are of the present; leave it empty");
    return;
  }
  const span = (blocks + confirmations - 1) * blockSpacing;
  const end = chainBegin + span;
  if (mockTime === undefined && end > now / 1_000 + furthestAhead) {
    const told = end < lastTime ? `at ${isoTime(end)}` : "too late";
    refuse(
      path,
      `the chain, from ${isoTime(chainBegin)} on, would end ${told}, after the present; give less`,
    );
  }
  if (mockTime !== undefined && mockTime - span <= genesisTime) {
    refuse(
      path,
      `the chain, which ends at ${isoTime(mockTime)}, would begin before ${isoTime(genesisTime)}, the time of regtest's first block; give less`,
    );
  }
}

/** Of one list: no two have the same. */
function namesDiffer(key: "nodes" | "hosts"): Rule {
  return ({ [key]: members }, { refuse }) => {
    members.forEach(({ name }, index) => {
      const first = members.findIndex((member) => member.name === name);
      if (first < index)
        refuse([key, index, "name"], `${key}[${first}] has the same; give each its own`);
    });
  };
}

function portsDiffer(network: CheckedKeys, { refuse }: Check): void {
  const keys = new Map<number, string>();
  network.nodes.forEach((node, index) => {
    const { rpcPort, portKey, ports } = portsOf(node, index, network);
    for (const { port, key } of [{ port: rpcPort, key: portKey }, ...ports]) {
      if (port === undefined) continue;
      const first = keys.get(port);
      if (first === undefined) keys.set(port, key);
      else refuse([key], `${first} is the same; give each node a port of its own`, port);
    }
  });
  const differ = (host: number | typeof freePort, key: string, path: Path): void => {
    if (host === freePort) return;
    const first = keys.get(host);
    if (first === undefined) keys.set(host, key);
    else refuse(path, `${first} is the same; give each a port of its own`, host);
  };
  network.services.forEach(({ ports }, index) => {
    for (const [name, { host }] of Object.entries(ports))
      differ(host, `services[${index}].ports.${name}`, ["services", index, "ports", name, "host"]);
  });
  for (const [name, host] of Object.entries(network.explorer?.ports ?? {}))
    differ(host, `explorer.ports.${name}`, ["explorer", "ports", name]);
}

/** One alone: it holds the coins that pay, and two would mine different chains. */
function oneMines({ nodes }: CheckedKeys, { refuse, add }: Check): void {
  const [first, ...others] = nodes.flatMap(({ role }, index) => (role === "miner" ? [index] : []));
  if (first === undefined) add(["nodes"], "nobody mines; give one node the role miner");
  for (const index of others) {
    const allowed = `nodes[${first ?? 0}] mines already; one node does, the others are peers`;
    refuse(["nodes", index, "role"], allowed);
  }
}

/** The nodes of a snapshot have the images that they were committed with. */
function imagesFit({ nodes, start }: CheckedKeys, { refuse }: Check): void {
  if (start !== "snapshot") return;
  nodes.forEach(({ image }, index) => {
    if (image !== "debian") {
      const allowed = "start is snapshot, which has the nodes' images; leave it out";
      refuse(["nodes", index, "image"], allowed);
    }
  });
}

/** Blocks and payments must reach every node, over connections that the kernel has room for. */
function allAreReached({ nodes, connect }: CheckedKeys, check: Check): void {
  const names = [...new Set(nodes.map(({ name }) => name))];
  const edges = edgesOf(connect, names);
  if (typeof connect !== "string" && !pairsFit(connect, names, check)) return;
  const [first = ""] = names;
  const unreached = apart(names, edges);
  if (unreached.length > 0) {
    check.add(
      ["connect"],
      `${unreached.join(", ")} cannot be reached from ${first}; connect every node, over others or directly`,
    );
  }
  const problem = crowded(names.length, edges.length, check.neighbours);
  if (problem !== undefined) check.add(["connect"], problem);
}

function pairsFit(
  pairs: readonly (readonly string[])[],
  names: readonly string[],
  { refuse }: Check,
): boolean {
  const problems = pairs.map((pair, index) => {
    const [a = "", b = ""] = pair;
    const stranger = pair.find((name) => !names.includes(name));
    if (stranger !== undefined)
      return `there is no node "${stranger}"; there are ${names.join(", ")}`;
    if (a === b) return "no node is connected to itself";
    const first = pairs.findIndex((other) => other.includes(a) && other.includes(b));
    return first < index ? "another one is the same pair" : undefined;
  });
  problems.forEach((problem, index) => {
    if (problem !== undefined) refuse(["connect", index], problem);
  });
  return problems.every((problem) => problem === undefined);
}

function payeesFit({ nodes, fund }: CheckedKeys, { refuse }: Check): void {
  const names = nodes.map(({ name }) => name);
  fund.forEach(({ node, label }, index) => {
    const path = ["fund", index];
    const payee = nodes.find(({ name }) => name === node);
    if (payee === undefined)
      refuse([...path, "node"], `there is no such node; there are ${names.join(", ")}`);
    else if (payee.role === "miner")
      refuse([...path, "node"], "it is the node that mines and pays");
    // What was paid already is told by node, label and amount.
    const first = fund.findIndex((other) => other.node === node && other.label === label);
    if (first < index) refuse([...path, "label"], `fund[${first}] pays the same; give it another`);
  });
}

function allIsPayable(network: CheckedKeys, { refuse }: Check): void {
  const found = unpayable(paymentsOf(network), network.blocks);
  if (found !== undefined) refuse(found.path, found.allowed);
}
