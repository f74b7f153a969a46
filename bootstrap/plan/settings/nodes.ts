/** The config key `nodes`: which nodes there are. */
import { nodeNamePattern, type Role } from "../../nodes/node.ts";
import { type PortName, portNames } from "../../nodes/node-ports.ts";
import { argumentProblem } from "./arguments.ts";
import { autoMinerName } from "./auto-miner-name.ts";
import { type ImageSettings, readImage } from "./image.ts";
import type { Problems } from "./problems.ts";
import { type Entry, readEntry, readTexts } from "./structured.ts";

/** A port of a node beside that of its RPC, published when it is asked for. */
export interface PortSettings {
  readonly name: PortName;
  /** Host port on 127.0.0.1. Undefined: one that is free is chosen once, and kept. */
  readonly port: number | undefined;
  /** Its config key, for messages. */
  readonly key: string;
}

/** A node as it is declared. */
export interface NodeSettings {
  /** Host name on the network, name of its first wallet, and how it presents itself to its peers. */
  readonly name: string;
  readonly role: Role;
  readonly image: ImageSettings;
  /** Host port on 127.0.0.1. Left out: one that is free is chosen once, and kept. */
  readonly rpcPort: number | undefined;
  /** The config key of the port, for messages. */
  readonly portKey: string;
  readonly ports: readonly PortSettings[];
  /** Whether its RPC port answers REST too, which asks for no password. */
  readonly rest: boolean;
  /** Wallets beside the one that is named like the node. */
  readonly wallets: readonly string[];
  /** Arguments of bitcoind beside the project's own. */
  readonly arguments: readonly string[];
}

/** A port that a node of a certain name has unless `nodes` gives it another one. */
export interface KnownPort {
  readonly node: string;
  /** Its config key. */
  readonly key: string;
  readonly port: number;
}

/** What `nodes: []` stands for. */
const walkThroughNodes = [{ name: "alice" }, { name: "miner", role: "miner" }];

/** Each takes some 30 MB and is connected to many others: more than that is no test network. */
export const mostNodes = 100;

/** In every container localhost means the container itself. */
export const reservedNames = ["localhost", autoMinerName];

/** A folder's name on every file system, and nothing that has to be quoted in a shell or an URL. */
export const walletPattern = /^[A-Za-z0-9](?:[A-Za-z0-9._-]{0,62}[A-Za-z0-9])?$/;

/** In place of a port: any that is free. */
export const freePort = "free";

export const nodeKeys = [
  "name",
  "role",
  "image",
  "rpcPort",
  ...portNames.map(portKeyOf),
  "rest",
  "wallets",
  "arguments",
];

export function readNodes(
  raw: unknown,
  knownPorts: readonly KnownPort[],
  problems: Problems,
): NodeSettings[] {
  if (!Array.isArray(raw) || raw.length > mostNodes) {
    const allowed = `give a list of at most ${mostNodes} nodes, each with a name`;
    problems.refuse("nodes", Array.isArray(raw) ? `${raw.length} nodes` : raw, allowed);
    return [];
  }
  const list: readonly unknown[] = raw.length === 0 ? walkThroughNodes : raw;
  const nodes = list.flatMap((entry, index) => {
    const key = `nodes[${index}]`;
    const read = readEntry(entry, key, nodeKeys, problems);
    return read === undefined ? [] : [readNode(read, key, knownPorts, problems)];
  });
  refuseSharedNames(nodes, problems);
  refuseSharedPorts(nodes, problems);
  requireOneMiner(nodes, problems);
  return nodes;
}

function readNode(
  entry: Entry,
  key: string,
  knownPorts: readonly KnownPort[],
  problems: Problems,
): NodeSettings {
  const name = readName(entry["name"], key, problems);
  const known = knownPorts.find(({ node }) => node === name);
  const given = entry["rpcPort"];
  return {
    name,
    role: readRole(entry["role"], key, problems),
    image: readImage(entry["image"], `${key}.image`, problems),
    rpcPort: given === undefined ? known?.port : readPort(given, `${key}.rpcPort`, problems),
    portKey: given === undefined && known !== undefined ? known.key : `${key}.rpcPort`,
    ports: portNames.flatMap((name) => {
      const portKey = `${key}.${portKeyOf(name)}`;
      const wanted = entry[portKeyOf(name)];
      if (wanted === undefined) return [];
      return [{ name, port: readPort(wanted, portKey, problems), key: portKey }];
    }),
    rest: readFlag(entry["rest"], `${key}.rest`, problems),
    wallets: readWallets(entry["wallets"], name, key, problems),
    arguments: readArguments(entry["arguments"], key, problems),
  };
}

/** The config key of a node that asks for the port. */
export function portKeyOf(name: PortName): string {
  return `${name}Port`;
}

function readName(raw: unknown, key: string, problems: Problems): string {
  if (typeof raw === "string" && nodeNamePattern.test(raw) && !reservedNames.includes(raw))
    return raw;
  problems.refuse(
    `${key}.name`,
    raw,
    'give at most 32 of a-z and 0-9, a letter first, with single "-" between them, and not localhost or auto-miner',
  );
  return typeof raw === "string" ? raw : "";
}

function readRole(raw: unknown, key: string, problems: Problems): Role {
  if (raw === undefined) return "peer";
  if (raw === "miner" || raw === "peer") return raw;
  problems.refuse(`${key}.role`, raw, "give miner or peer");
  return "peer";
}

function readPort(raw: unknown, key: string, problems: Problems): number | undefined {
  if (raw === freePort) return undefined;
  if (typeof raw === "number" && Number.isInteger(raw) && raw >= 1 && raw <= 65535) return raw;
  problems.refuse(key, raw, `give a port from 1 to 65535, or ${freePort}`);
  return undefined;
}

function readFlag(raw: unknown, key: string, problems: Problems): boolean {
  if (raw === undefined || typeof raw === "boolean") return raw === true;
  problems.refuse(key, raw, "give true or false");
  return false;
}

function readWallets(
  raw: unknown,
  node: string,
  key: string,
  problems: Problems,
): readonly string[] {
  const wallets = readTexts(raw, `${key}.wallets`, "names", problems);
  wallets.forEach((wallet, index) => {
    const refuse = (allowed: string): void => {
      problems.refuse(`${key}.wallets[${index}]`, wallet, allowed);
    };
    if (!walletPattern.test(wallet)) {
      refuse('give at most 64 of A-Z, a-z and 0-9, with ".", "_" or "-" between them');
    } else if (wallet === node) {
      refuse("every node has a wallet of its own name already");
    } else if (wallets.indexOf(wallet) < index) {
      refuse(`${key}.wallets[${wallets.indexOf(wallet)}] is the same`);
    }
  });
  return wallets;
}

function readArguments(raw: unknown, key: string, problems: Problems): readonly string[] {
  const list = readTexts(
    raw,
    `${key}.arguments`,
    "arguments of bitcoind, each as -name=value",
    problems,
  );
  list.forEach((argument, index) => {
    const allowed = argumentProblem(argument);
    if (allowed !== undefined) problems.refuse(`${key}.arguments[${index}]`, argument, allowed);
  });
  return list;
}

function refuseSharedNames(nodes: readonly NodeSettings[], problems: Problems): void {
  nodes.forEach(({ name }, index) => {
    const first = nodes.findIndex((node) => node.name === name);
    if (first === index || name === "") return;
    problems.refuse(
      `nodes[${index}].name`,
      name,
      `nodes[${first}] has the same; give each its own`,
    );
  });
}

function refuseSharedPorts(nodes: readonly NodeSettings[], problems: Problems): void {
  const keys = new Map<number, string>();
  const ports = nodes.flatMap(({ rpcPort, portKey, ports }) => [
    { port: rpcPort, key: portKey },
    ...ports,
  ]);
  for (const { port, key } of ports) {
    if (port === undefined) continue;
    const first = keys.get(port);
    if (first === undefined) keys.set(port, key);
    else {
      problems.refuse(key, port, `${first} is the same; give each node a port of its own`);
    }
  }
}

/** One alone: it holds the coins that pay, and two would mine different chains. */
function requireOneMiner(nodes: readonly NodeSettings[], problems: Problems): void {
  const miners = nodes.flatMap(({ role }, index) => (role === "miner" ? [index] : []));
  const [first, ...others] = miners;
  if (first === undefined) problems.add("nodes: nobody mines; give one node the role miner");
  for (const index of others) {
    const allowed = `nodes[${first ?? 0}] mines already; one node does, the others are peers`;
    problems.refuse(`nodes[${index}].role`, "miner", allowed);
  }
}
