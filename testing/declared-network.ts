/** The network that tests need, declared as a stack's is, without what a clone chooses by itself. */
import { nearest } from "../base/nearest.ts";
import type {
  ExplorerArgs,
  NetworkArgs,
  NodeArgs,
  ServiceArgs,
} from "../bootstrap/plan/settings/network-args.ts";
import { readNetwork } from "../bootstrap/plan/settings/network-plan.ts";
import { problemLine } from "../bootstrap/plan/settings/problems.ts";

/** Keys of the ports that a node can publish beside RPC. */
type PortKey = "p2pPort" | "zmqPort" | "zmqBlockPort" | "zmqTxPort";

/** A node of a declared clone. Its ports are free ones, which `url` and `ports` of the node have. */
export interface CloneNodeArgs<Name extends string = string>
  extends Omit<NodeArgs<Name>, PortKey | "rpcPort">, Partial<Record<PortKey, "free" | undefined>> {}

/** A service of a declared clone. Its ports are free ones, which `url` and `ports` of the service have. */
export interface CloneServiceArgs extends Omit<ServiceArgs, "ports"> {
  /** Port's name → its number in the container, or that with what its URL begins with. Default: none. */
  readonly ports?:
    | Readonly<
        Record<
          string,
          number | { container: number; scheme?: "http" | "https" | "tcp" | undefined }
        >
      >
    | undefined;
}

/** The explorer of a declared clone. Its ports are free ones, which `url` and `ports` of the service have. */
export type CloneExplorerArgs<Name extends string = string> = Omit<ExplorerArgs<Name>, "ports">;

/** What is declared of a clone's chain and nodes; docs/topologies.md explains the keys. */
export interface DeclaredNetwork<Name extends string = string> extends Pick<
  NetworkArgs,
  | "blocks"
  | "amount"
  | "confirmations"
  | "walletSeed"
  | "reproducible"
  | "mockTime"
  | "blockSpacing"
  | "coreDownloadBase"
> {
  /** Containers beside the nodes that belong to the network: docs/services.md. Default: none. */
  readonly services?: readonly CloneServiceArgs[] | undefined;
  /**
   * Esplora's API and an Electrum server as the service `explorer`, for other services: docs/explorer.md. Tests need none, they
   * have `network.explorer()`. Default: false.
   */
  readonly explorer?: boolean | CloneExplorerArgs<NoInfer<Name>> | undefined;
  /** Default: alice, and miner, which mines. */
  readonly nodes?: readonly CloneNodeArgs<Name>[] | undefined;
  /** `mesh`, `line`, `ring`, `star`, or pairs of names. Default: `mesh`, each node with every other one. */
  readonly connect?: NetworkArgs<NoInfer<Name>>["connect"];
  /** Payments to nodes that do not mine, in this order. Default: `amount` to alice, if there is such a node. */
  readonly fund?: NetworkArgs<NoInfer<Name>>["fund"];
}

/** The network that is declared cannot be. */
export class InvalidNetworkError extends Error {
  override readonly name = "InvalidNetworkError";
  /** A line for each value that is wrong: its key, the value, and what is allowed. */
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(["The network is invalid:", ...problems].join("\n  "));
    this.problems = problems;
  }
}

type DeclaredKey = keyof DeclaredNetwork;

/**
 * In the order in which messages name them.
 * @internal
 */
export const declaredKeys = Object.keys({
  nodes: true,
  connect: true,
  fund: true,
  services: true,
  explorer: true,
  blocks: true,
  amount: true,
  confirmations: true,
  walletSeed: true,
  reproducible: true,
  mockTime: true,
  blockSpacing: true,
  coreDownloadBase: true,
} satisfies Record<DeclaredKey, true>) as DeclaredKey[];

/** Keys of a stack that a clone does not have → what it has instead. */
const stackKeys: Readonly<
  Record<Exclude<keyof NetworkArgs, DeclaredKey | "snapshot" | "scenario" | "freshBlock">, string>
> = {
  rpcUser: "a clone has its own credentials, which node.user and node.password have; leave it out",
  rpcPassword:
    "a clone has its own credentials, which node.user and node.password have; leave it out",
  aliceRpcPort: "a clone chooses a free port, which node.url has; leave it out",
  minerRpcPort: "a clone chooses a free port, which node.url has; leave it out",
  crowd: "a clone is on one engine; leave it out",
  hosts: "a clone is on one engine; leave it out",
  registry: "a clone is on one engine; leave it out",
  encryptOverlay: "a clone is on one engine; leave it out",
  start: "a clone starts from a snapshot in any case; leave it out, or name one with snapshot",
  autoMine: "nothing mines by itself in a clone; leave it out, and call network.mine()",
  prefix: "a clone has a random name, network.id; leave it out",
  baseImage: "leave it out, and name it with REGTEST_BASE_IMAGE in the environment",
  keepSnapshots: "a clone's snapshot stays until it is removed; leave it out",
  timeout: "give timeoutMs",
};

type Given = Readonly<Record<string, unknown>>;

/**
 * What is declared among the options; undefined: nothing.
 * @param options all that somebody gave
 * @internal
 */
export function declaredIn(options: object): Given | undefined {
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  const declared = given.filter(([key]) => (declaredKeys as string[]).includes(key));
  return declared.length === 0 ? undefined : Object.fromEntries(declared);
}

/**
 * A line for each option that there is not.
 * @param known options beside those that declare the network
 * @internal
 */
export function unknownOptions(options: object, known: readonly string[]): string[] {
  const names = [...declaredKeys, ...known];
  return Object.entries(options).flatMap(([key, value]) => {
    if (value === undefined || names.includes(key)) return [];
    if (key in stackKeys) return [problemLine([key], value, stackKeys[key as "prefix"])];
    const meant = nearest(key, names);
    const instead =
      meant === undefined ? `the options are ${names.join(", ")}` : `did you mean ${meant}?`;
    return [`${key}: there is no such option; ${instead}`];
  });
}

/**
 * The network that is declared, or a line for each value that is wrong, as the configuration of a stack has it.
 * @internal
 */
export function readDeclared(declared: Given = {}): ReturnType<typeof readNetwork> {
  const { plan, problems } = readNetwork(declared);
  const all = [
    ...problems,
    ...fixedPorts(declared["nodes"]),
    ...fixedServicePorts(declared["services"]),
    ...fixedExplorerPorts(declared["explorer"]),
  ];
  return plan === undefined || all.length > 0 ? { problems: all } : { plan, problems: [] };
}

/** A line for each port that is given as a number: two clones could not have it. */
function fixedPorts(nodes: unknown): string[] {
  if (!Array.isArray(nodes)) return [];
  return nodes.flatMap((node: unknown, index) =>
    Object.entries(Object(node) as Given)
      .filter(
        ([key, value]) => key === "rpcPort" || (/Port$/.test(key) && typeof value === "number"),
      )
      .map(([key, value]) => {
        const allowed =
          key === "rpcPort"
            ? "a clone chooses a free port, which node.url has; leave it out"
            : "give free: a clone chooses the port, which node.ports has";
        return problemLine(["nodes", index, key], value, allowed);
      }),
  );
}

/** Likewise for the ports of services. */
function fixedServicePorts(services: unknown): string[] {
  if (!Array.isArray(services)) return [];
  return services.flatMap((service: unknown, index) =>
    Object.entries(Object((service as Given | null)?.["ports"]) as Given).flatMap(
      ([name, port]) => {
        const { host } = Object(port) as { host?: unknown };
        return typeof host === "number"
          ? [
              problemLine(
                ["services", index, "ports", name, "host"],
                host,
                "a clone chooses a free port, which service.ports has; leave it out",
              ),
            ]
          : [];
      },
    ),
  );
}

/** Likewise for the ports of the explorer. */
function fixedExplorerPorts(explorer: unknown): string[] {
  const { ports } = Object(explorer) as Given;
  return Object.entries(Object(ports) as Given).flatMap(([name, port]) =>
    typeof port === "number"
      ? [
          problemLine(
            ["explorer", "ports", name],
            port,
            "a clone chooses a free port, which service.ports has; leave it out",
          ),
        ]
      : [],
  );
}
