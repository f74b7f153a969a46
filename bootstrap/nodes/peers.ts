/** The connections between nodes. */
import { dropCuts } from "./kept-cuts.ts";
import { nodeOf, onEach, type Run } from "./run.ts";
import type { Node } from "./node.ts";
import type { PeerInfo } from "../rpc/methods.ts";
import { waitFor } from "../../base/wait.ts";

/** Two nodes by name. */
export type Edge = readonly [string, string];

/** Every node with every other one. */
export function fullMesh(names: readonly string[]): Edge[] {
  return names.flatMap((a, index) => names.slice(index + 1).map((b): Edge => [a, b]));
}

/** The names of those that `name` is to be connected to. */
export function declaredPeers(name: string, edges: readonly Edge[]): string[] {
  return edges.flatMap(([a, b]) => (a === name ? [b] : b === name ? [a] : []));
}

/** The names of the nodes that a node dials: those declared before it, so that a later one does not change it. */
export function dialledBy(name: string, edges: readonly Edge[]): string[] {
  return edges.flatMap(([earlier, later]) => (later === name ? [earlier] : []));
}

/**
 * Connects what `edges` says and is not connected yet, and waits until both ends are past the handshake.
 * The nodes' own `-addnode` does this too, but looks only once a minute for a peer that was not there.
 * @param edges in each the node that is declared earlier comes first
 * @param redialMs Milliseconds after which a dial that led to nothing is tried again. bitcoind says nothing of
 *   one that failed, as on a busy machine when a name is not looked up within a second, and gives up after five.
 */
export async function connectPeers(
  run: Run,
  edges: readonly Edge[],
  redialMs = 6_000,
): Promise<void> {
  await Promise.all(run.nodes.map(ensureNetworkActive));
  const seen = new Map(await Promise.all(run.nodes.map(peersSeen)));
  const links = edges.map(([a, b]) => [nodeOf(run, a), nodeOf(run, b)] as const);
  await Promise.all(
    links.map(async ([earlier, later]) => {
      // A peer that was killed may not have said good-bye: whoever misses the other one dials.
      if (!isListed(seen.get(later.name), earlier)) await dial(later, earlier);
      else if (!isListed(seen.get(earlier.name), later)) await dial(earlier, later);
    }),
  );
  const nodesOf = (names: readonly string[]): Node[] => names.map((name) => nodeOf(run, name));
  const awaitPeers = async (node: Node): Promise<void> => {
    const peers = nodesOf(declaredPeers(node.name, edges));
    const dialled = nodesOf(dialledBy(node.name, edges));
    if (peers.length > 0) await handshakes(run, node, peers, { dialled, redialMs });
  };
  // Those that dial nobody last: by then they have their handshakes, and are not asked for them again and again.
  const { callers = [], others = [] } = Object.groupBy(run.nodes, ({ name }) =>
    dialledBy(name, edges).length > 0 ? "callers" : "others",
  );
  await onEach({ ...run, nodes: callers }, awaitPeers);
  await onEach({ ...run, nodes: others }, awaitPeers);
}

/** The same for connections that somebody may have cut on purpose (cut-peers.ts). */
export async function restorePeers(run: Run, edges: readonly Edge[]): Promise<void> {
  await restoreDials(run, edges);
  await connectPeers(run, edges);
}

/** Whoever is declared later in an edge dials the other by itself again; if it is stopped, from its next start on. */
export async function restoreDials(run: Run, edges: readonly Edge[]): Promise<void> {
  const stopped = (run.absent ?? []).map(({ name, container }) =>
    dropCuts(container, dialledBy(name, edges)),
  );
  await Promise.all([
    ...stopped,
    ...run.nodes.map(async (node) => {
      const added = await addedPeers(node);
      const missing = dialledBy(node.name, edges).filter((peer) => !added.includes(peer));
      if (missing.length > 0) await dropCuts(node.container, missing);
      for (const peer of missing) await node.rpc.call("addnode", [peer, "add"]);
    }),
  ]);
}

/** The declared connections between the nodes that run. */
export function edgesAmong({ nodes, connect }: Pick<Run, "nodes" | "connect">): Edge[] {
  const running = new Set(nodes.map(({ name }) => name));
  return connect.filter((edge) => edge.every((name) => running.has(name)));
}

/** Names of those that the node dials by itself. */
export async function addedPeers({ rpc }: Node): Promise<string[]> {
  return (await rpc.call("getaddednodeinfo")).map(({ addednode }) => addednode);
}

/** Somebody may have cut the node off, to see what happens. */
async function ensureNetworkActive({ rpc }: Node): Promise<void> {
  const { networkactive } = await rpc.call("getnetworkinfo");
  if (!networkactive) await rpc.call("setnetworkactive", [true]);
}

async function peersSeen({ name, rpc }: Node): Promise<readonly [string, readonly PeerInfo[]]> {
  return [name, await rpc.call("getpeerinfo")];
}

/** By the name that `-addnode` has: under another one bitcoind would dial again, a minute later. */
async function dial({ rpc }: Node, { name }: Node): Promise<void> {
  await rpc.call("addnode", [name, "onetry"]);
}

/** One call in each round tells of all peers: with one for each peer, many nodes would mean very many calls. */
async function handshakes(
  { limitMs, signal }: Run,
  node: Node,
  peers: readonly Node[],
  { dialled, redialMs }: { readonly dialled: readonly Node[]; readonly redialMs: number },
): Promise<void> {
  let dialledAt = performance.now();
  await waitFor(
    async (signal) => {
      const infos = await node.rpc.call("getpeerinfo", [], { signal });
      const missing = peers.filter(
        (peer) => !infos.some((info) => isPeer(info, peer) && isPastHandshake(info)),
      );
      if (missing.length === 0) return true;
      if (performance.now() - dialledAt > redialMs) {
        await Promise.all(
          dialled.filter((peer) => !isListed(infos, peer)).map((peer) => dial(node, peer)),
        );
        dialledAt = performance.now();
      }
      return { pending: describe(missing, infos) };
    },
    {
      what: `${node.name} to finish the handshake with ${namesOf(peers)}`,
      limitMs,
      signal,
      everyMs: 5,
      // The answer grows with the peers, and in a mesh all nodes are asked.
      maxEveryMs: 10 + 5 * peers.length,
    },
  );
}

/** The names of the nodes that `node` is connected to, past the handshake, each once. */
export async function connectedPeers(node: Node, nodes: readonly Addressed[]): Promise<string[]> {
  const seen = new Set((await seenPeers(node, nodes)).map(({ name }) => name));
  return nodes.map(({ name }) => name).filter((name) => seen.has(name));
}

/** A peer that a node sees, past the handshake. */
export interface SeenPeer {
  /** Of the node that it is; undefined for one that is none of them. */
  readonly name: string | undefined;
  /** How it presents itself, such as `/Satoshi:29.0.0(alice)/`. */
  readonly agent: string;
  /** `host:port` of its end. */
  readonly address: string;
  /** Whether it dialled, and not the node. */
  readonly inbound: boolean;
}

/** All peers of a node; two nodes that dialled each other see two connections. */
export async function seenPeers(node: Node, nodes: readonly Addressed[]): Promise<SeenPeer[]> {
  return (await node.rpc.call("getpeerinfo")).filter(isPastHandshake).map((info) => ({
    name: nodes.find((other) => isPeer(info, other))?.name,
    agent: info.subver,
    address: info.addr,
    inbound: info.inbound,
  }));
}

/** By which a peer is known. */
export type Addressed = Pick<Node, "name" | "ip">;

function isListed(peers: readonly PeerInfo[] | undefined, node: Node): boolean {
  return peers?.some((info) => isPeer(info, node)) === true;
}

/** Nodes present themselves by `-uacomment`; before that is known, by the address that was dialled. */
export function isPeer({ subver, addr }: PeerInfo, { name, ip }: Addressed): boolean {
  return subver === "" ? addr === name || addr.split(":")[0] === ip : subver.includes(`(${name})`);
}

/** Being listed is not being past the handshake: that is so when a ping was answered. */
function isPastHandshake({ version, bytesrecv_per_msg }: PeerInfo): boolean {
  return version > 0 && (bytesrecv_per_msg["pong"] ?? 0) > 0;
}

function describe(missing: readonly Node[], infos: readonly PeerInfo[]): string {
  const [first] = missing;
  const info = infos.find((info) => first !== undefined && isPeer(info, first));
  const state =
    info === undefined ? "not connected" : `connected, version ${info.version}, no pong yet`;
  return `${namesOf(missing)} missing of ${infos.length} peers; ${first?.name ?? ""}: ${state}`;
}

function namesOf(nodes: readonly Node[]): string {
  return nodes.map(({ name }) => name).join(", ");
}

/** Names of all that are linked to one of them, directly or over others; a link counts whichever end has it. */
export function reachedFrom(
  begin: string,
  links: readonly { readonly name: string; readonly to: readonly string[] }[],
): ReadonlySet<string> {
  const reached = new Set([begin]);
  // A set goes on with what is added to it meanwhile.
  for (const name of reached) {
    for (const { name: other, to } of links) {
      if (other === name) to.forEach((peer) => reached.add(peer));
      else if (to.includes(name)) reached.add(other);
    }
  }
  return reached;
}
