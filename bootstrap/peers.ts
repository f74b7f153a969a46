/** Who is connected to whom. */
import type { Node } from "./node.ts";
import type { PeerInfo } from "./rpc/methods.ts";
import type { Run } from "./run.ts";
import { waitFor } from "./wait.ts";

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

/**
 * Connects what `edges` says and is not connected yet, and waits until both ends are past the handshake.
 * The nodes' own `-addnode` does this too, but looks only once a minute for a peer that was not there.
 */
export async function connectPeers(run: Run, edges: readonly Edge[]): Promise<void> {
  const byName = new Map(run.nodes.map((node) => [node.name, node]));
  await Promise.all(
    edges.map(async ([a, b]) => {
      const [from, to] = [byName.get(a), byName.get(b)];
      if (from === undefined || to === undefined)
        throw new Error(`no node ${from === undefined ? a : b} to connect`);
      await Promise.all([from, to].map(ensureNetworkActive));
      // A peer that was killed may not have said good-bye: whoever misses the other one dials.
      if (!(await isConnected(from, to))) await dial(from, to);
      else if (!(await isConnected(to, from))) await dial(to, from);
      await Promise.all([handshake(run, from, to), handshake(run, to, from)]);
    }),
  );
}

/** Somebody may have cut the node off, to see what happens. */
async function ensureNetworkActive({ rpc }: Node): Promise<void> {
  const { networkactive } = await rpc.call("getnetworkinfo");
  if (!networkactive) await rpc.call("setnetworkactive", [true]);
}

async function dial({ rpc }: Node, { ip }: Node): Promise<void> {
  await rpc.call("addnode", [ip, "onetry"]);
}

async function handshake({ limitMs, signal }: Run, node: Node, peer: Node): Promise<void> {
  await waitFor(
    async (signal) => {
      const peers = await node.rpc.call("getpeerinfo", [], { signal });
      const found = peers.filter((info) => isPeer(info, peer));
      return found.some(isPastHandshake) ? true : { pending: describe(found, peers) };
    },
    {
      what: `${node.name} to finish the handshake with ${peer.name}`,
      limitMs,
      signal,
      everyMs: 5,
      maxEveryMs: 50,
    },
  );
}

/** The names of the nodes that `node` is connected to, past the handshake, each once. */
export async function connectedPeers(node: Node, nodes: readonly Node[]): Promise<string[]> {
  const peers = (await node.rpc.call("getpeerinfo")).filter(isPastHandshake);
  return nodes.filter((other) => peers.some((info) => isPeer(info, other))).map(({ name }) => name);
}

async function isConnected(node: Node, peer: Node): Promise<boolean> {
  return (await node.rpc.call("getpeerinfo")).some((info) => isPeer(info, peer));
}

/** Nodes present themselves by `-uacomment`; before that is known, by the address that was dialled. */
function isPeer({ subver, addr }: PeerInfo, { name, ip }: Node): boolean {
  return subver === "" ? addr === name || addr.split(":")[0] === ip : subver.includes(`(${name})`);
}

/** Being listed is not being past the handshake: that is so when a ping was answered. */
function isPastHandshake({ version, bytesrecv_per_msg }: PeerInfo): boolean {
  return version > 0 && (bytesrecv_per_msg["pong"] ?? 0) > 0;
}

function describe(found: readonly PeerInfo[], all: readonly PeerInfo[]): string {
  const [first] = found;
  if (first === undefined) return `not connected; ${all.length} other peers`;
  return `connected, version ${first.version}, no pong yet`;
}
