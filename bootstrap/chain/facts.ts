/** The state of the network at a moment, as a snapshot's manifest records it. */
import { pointing } from "../../base/troubleshooting.ts";
import { btcToSat, formatBtc } from "../payments/amount.ts";
import type { Node, NodeSpec } from "../nodes/node.ts";
import { connectedPeers } from "../nodes/peers.ts";
import type { Run } from "../nodes/run.ts";

export interface ChainFacts {
  readonly height: number;
  /** Hash of the block at that height. */
  readonly tip: string;
  /** Hash of the set of unspent outputs (`gettxoutsetinfo muhash`). */
  readonly muhash: string;
  /** Node's name → its wallets by name → what each can spend, in BTC with 8 places. */
  readonly wallets: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Node's name → the nodes it is connected to. */
  readonly peers: Readonly<Record<string, readonly string[]>>;
}

/** Reads what is true now, of all wallets that are loaded. All nodes must agree on the chain. */
export async function chainFacts(run: Run): Promise<ChainFacts> {
  const [own, peers] = await Promise.all([ownFacts(run), peersOf(run)]);
  return { ...own, peers };
}

/** The same without the connections. */
export async function ownFacts({ nodes }: Run): Promise<Omit<ChainFacts, "peers">> {
  const seen = await Promise.all(
    nodes.map(async (node) => {
      const [chain, wallets] = await Promise.all([chainOf(node), walletBalances(node)]);
      return { name: node.name, chain, wallets };
    }),
  );
  const [first, ...others] = seen;
  if (first === undefined) throw new Error("the network has no nodes");
  const { tip, muhash } = first.chain;
  if (others.some(({ chain }) => chain.muhash !== muhash || chain.tip !== tip)) {
    const tips = seen.map(({ name, chain }) => `${name} at ${chain.height} (${chain.tip})`);
    throw new Error(
      `the nodes do not agree on the chain: ${tips.join(", ")}; try again when they are connected`,
    );
  }
  return {
    ...first.chain,
    wallets: Object.fromEntries(seen.map(({ name, wallets }) => [name, wallets])),
  };
}

/** Who is connected to whom. */
export async function peersOf({ nodes }: Run): Promise<ChainFacts["peers"]> {
  const seen = await Promise.all(
    nodes.map(async (node) => [node.name, await connectedPeers(node, nodes)] as const),
  );
  return Object.fromEntries(seen);
}

/**
 * The chain as it was recorded, with what the nodes' declared wallets and their peers are where that was
 * not: a node or a wallet may have come or gone. Undeclared wallets are not part of it.
 */
export function withNodesOf(
  recorded: ChainFacts,
  seen: ChainFacts,
  nodes: readonly Pick<NodeSpec, "name" | "wallets">[],
): ChainFacts {
  const wallets = nodes.map(({ name, wallets = [] }) => {
    const balances = Object.entries(seen.wallets[name] ?? {});
    const declared = balances.filter(([wallet]) => wallet === name || wallets.includes(wallet));
    return [name, { ...Object.fromEntries(declared), ...recorded.wallets[name] }] as const;
  });
  return { ...recorded, wallets: Object.fromEntries(wallets), peers: seen.peers };
}

/** @throws Error that names every fact that is not as expected */
export function verifyFacts(seen: ChainFacts, expected: ChainFacts): void {
  const different = differences(expected, seen);
  if (different.length > 0) {
    const told = `the network does not match its snapshot: ${different.join("; ")}`;
    throw new Error(pointing(told, "snapshot-differs"));
  }
}

/** What differs, one line each, as `wallets.alice.alice is "1.0" instead of "2.0"`. Nothing: they are the same. */
export function differences(expected: unknown, seen: unknown, path = ""): string[] {
  if (!isRecord(expected) || !isRecord(seen)) {
    const [want, got] = [JSON.stringify(expected), JSON.stringify(seen)];
    return want === got ? [] : [`${path} is ${got} instead of ${want}`];
  }
  const keys = new Set([...Object.keys(expected), ...Object.keys(seen)]);
  return [...keys].flatMap((key) =>
    differences(expected[key], seen[key], path === "" ? key : `${path}.${key}`),
  );
}

async function chainOf({ rpc }: Node): Promise<Pick<ChainFacts, "height" | "tip" | "muhash">> {
  const { height, bestblock, muhash = "" } = await rpc.call("gettxoutsetinfo", ["muhash"]);
  return { height, tip: bestblock, muhash };
}

async function walletBalances({ rpc }: Node): Promise<Record<string, string>> {
  const names = (await rpc.call("listwallets")).toSorted();
  const balances = await Promise.all(
    names.map(async (name) => {
      const { mine } = await rpc.wallet(name).call("getbalances");
      return [name, formatBtc(btcToSat(mine.trusted))] as const;
    }),
  );
  return Object.fromEntries(balances);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
