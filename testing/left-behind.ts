/**
 * What a test can leave behind in a network and a reset does not replace: anything but the chain, the wallets and
 * bitcoind's own memory. A network is compared with what it was before anybody had it.
 */
import type Docker from "dockerode";

import { datadir } from "../bootstrap/containers/datadir.ts";
import { containersOf, type NodeContainer } from "../bootstrap/containers/stop-start.ts";
import { seenPeers } from "../bootstrap/nodes/peers.ts";
import { credentialsFile } from "../bootstrap/nodes/renewed-password.ts";
import { joinSignals, unlessAborted } from "../base/wait.ts";
import { isError } from "../base/is-error.ts";
import type { Parts } from "./network.ts";

/** What is seen of a network. Each value is compared as text. */
type Seen = ReadonlyMap<string, string>;

/** What a network was before anybody had it. */
export interface Baseline {
  readonly seen: Seen;
}

/** How long a node may take to be looked at. */
const lookSeconds = 10;

type NetworkParts = Pick<Parts, "docker" | "members" | "temporary" | "channels" | "signal">;

/** Looks at a network that nobody has had yet. */
export async function baselineOf(parts: NetworkParts): Promise<Baseline> {
  return { seen: await lookAt(parts) };
}

/**
 * A line for each thing that is not as it was, or cannot be looked at. Does not see what a reset replaces.
 * @param open its nodes, with the credentials that they have now
 */
export async function leftBehind(
  parts: NetworkParts & Pick<Parts, "open">,
  { seen: before }: Baseline,
): Promise<string[]> {
  try {
    const [now, outsiders] = await Promise.all([
      lookAt(parts),
      unlessAborted(
        outsidersOf(parts.open.nodes),
        joinSignals(parts.signal, AbortSignal.timeout(lookSeconds * 1_000)),
      ),
    ]);
    const names = new Set([...before.keys(), ...now.keys()]);
    const changed = [...names].filter((name) => before.get(name) !== now.get(name));
    return [
      ...changed.map((name) => `${name} changed${differenceText(before.get(name), now.get(name))}`),
      ...outsiders,
    ];
  } catch (error) {
    return [`it cannot be looked at: ${isError(error) ? error.message : String(error)}`];
  }
}

/** The first line that is new, or is missing. Not of what is no list of lines: settings have a password's hash. */
function differenceText(before = "", now = ""): string {
  if (before.startsWith("{") || now.startsWith("{")) return "";
  const [was, is] = [before.split("\n"), now.split("\n")];
  const line = is.find((one) => !was.includes(one)) ?? was.find((one) => !is.includes(one));
  return line === undefined ? "" : ` (${line.trim().slice(0, 100)})`;
}

/** The same of what others may have done while it was reset: nothing ran in its containers by then that could. */
export async function changedMeanwhile(
  { docker, members, temporary }: Pick<NetworkParts, "docker" | "members" | "temporary">,
  { seen: before }: Baseline,
): Promise<string[]> {
  const [network, ...nodes] = await Promise.all([
    networkSeen(docker, temporary.id, members),
    ...containersOf(docker, members.nodes).map(named(containerSeen)),
  ]);
  const now = new Map([["the Docker network", network], ...nodes.flat()]);
  const changed = [...now].filter(([name, value]) => before.get(name) !== value);
  return changed.map(([name]) => `${name} changed`);
}

async function lookAt({
  docker,
  members,
  temporary,
  channels,
  signal,
}: NetworkParts): Promise<Seen> {
  const patience = { timeout: lookSeconds, signal };
  const [network, ...nodes] = await Promise.all([
    networkSeen(docker, temporary.id, members),
    ...containersOf(docker, members.nodes).map(
      named(async (node) => {
        const { State } = await node.container.inspect();
        // A frozen one would not answer.
        if (State.Status !== "running") throw new Error(`${node.name} is ${State.Status}`);
        // First: what runs in the container is part of what is seen of it.
        const channel = await channels.of(node, patience);
        if (channel === undefined) throw new Error(`${node.name} does not run`);
        const [container, files, inside] = await Promise.all([
          containerSeen(node),
          filesSeen(node),
          channel.look(patience),
        ]);
        return [...container, ["files outside the datadir", files], ...insideSeen(inside)];
      }),
    ),
  ]);
  return new Map([["the Docker network", network], ...nodes.flat()]);
}

/** Puts the node's name on all that is seen of it. */
function named(
  look: (node: NodeContainer) => Promise<[string, string][]>,
): (node: NodeContainer) => Promise<[string, string][]> {
  return async (node) => {
    const seen = await look(node);
    return seen.map(([what, value]) => [`${node.name}: ${what}`, value]);
  };
}

/** Without its services, which are others in each use. */
async function networkSeen(
  docker: Docker,
  id: string,
  { services = [] }: Pick<NetworkParts["members"], "services">,
): Promise<string> {
  const info = await docker.getNetwork(id).inspect();
  const { Labels, Options, IPAM, Internal } = info;
  const Containers = sorted(info.Containers ?? {}).filter(
    ([container]) => !services.some(({ containerId }) => containerId === container),
  );
  return JSON.stringify({ Containers, Labels, Options, IPAM, Internal });
}

/** Its name, its state, what it may use, and where it is connected. */
async function containerSeen({ container }: NodeContainer): Promise<[string, string][]> {
  const info = await container.inspect();
  const { Name, State, RestartCount, Config, HostConfig, Mounts, NetworkSettings } = info;
  const { Status, Paused, StartedAt, Pid } = State;
  const { Networks, Ports } = NetworkSettings;
  return Object.entries({
    "the container's name": Name,
    "the container's run": { Status, Paused, StartedAt, Pid, RestartCount },
    "the container's settings": { Config, HostConfig, Mounts },
    "the container's networks": { Networks: sorted(Networks), Ports: sorted(Ports) },
    "programs beside bitcoind": (info as { ExecIDs?: unknown }).ExecIDs,
  }).map(([what, value]) => [what, JSON.stringify(value)]);
}

/** As the engine tells of it; none at all is null. */
interface Change {
  readonly Path: string;
  /** 0: changed, 1: made, 2: removed. */
  readonly Kind: number;
}

/** Of files that were made, changed or removed since the container was made. */
async function filesSeen({ container }: NodeContainer): Promise<string> {
  const changes = ((await container.changes()) as Change[] | null) ?? [];
  return changes
    .filter(({ Path }) => Path !== credentialsFile && !`${Path}/`.startsWith(`${datadir}/`))
    .map(({ Path, Kind }) => `${Kind} ${Path}`)
    .toSorted()
    .join("\n");
}

/** proc(5): PID (NAME) STATE PARENT …. A reset starts it again, as another process. */
const bitcoind = /^process \d+ \(bitcoind\) \S 1 /;

function insideSeen(lines: readonly string[]): [string, string][] {
  const processes = lines.filter((line) => line.startsWith("process "));
  const others = lines.filter((line) => !line.startsWith("process "));
  // With bitcoind, of which there is to be one.
  const names = processes.map((line) =>
    bitcoind.test(line) ? "process bitcoind" : line.split(" ", 3).join(" "),
  );
  return [
    ["processes", names.join("\n")],
    ["memory files, hosts and routes", others.join("\n")],
  ];
}

/** Peers that would bring the next test what the test before had. */
async function outsidersOf(nodes: Parts["open"]["nodes"]): Promise<string[]> {
  const seen = await Promise.all(
    nodes.map(async (node) => {
      return (await seenPeers(node, nodes))
        .filter(({ name }) => name === undefined)
        .map(({ agent, address }) => `${node.name} has the peer ${agent} at ${address}`);
    }),
  );
  return seen.flat();
}

function sorted(record: object): [string, unknown][] {
  return Object.entries(record).toSorted(([a], [b]) => (a < b ? -1 : 1));
}
