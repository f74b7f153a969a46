/** The walk-through: from freshly started nodes to a chain in which everybody is connected and paid. */
import { btcToSat, formatBtc } from "./amount.ts";
import { minerOf, mine, syncToHighest } from "./chain.ts";
import { type Funded, type Funding, confirmationsOf, fund, labelledAddress } from "./funding.ts";
import { atChainBegin } from "./mocktime.ts";
import { ensureReady } from "./ready.ts";
import { type Edge, connectPeers, connectedPeers } from "./peers.ts";
import { type Run, step } from "./run.ts";
import { ensureWallets } from "./wallets.ts";

/** The chain that is declared. */
export interface ChainPlan {
  /** Blocks mined before anybody is paid. */
  readonly blocks: number;
  readonly fund: readonly Funding[];
  /** Blocks mined on top of the payments. */
  readonly confirmations: number;
  /** What keys and block times derive from; left out: random keys, present time. */
  readonly walletSeed?: string | undefined;
}

/** What is true of the network at a moment. */
export interface ChainFacts {
  readonly height: number;
  /** Hash of the block at that height. */
  readonly tip: string;
  /** Hash of the set of unspent outputs (`gettxoutsetinfo muhash`). */
  readonly muhash: string;
  /** Node's name → what its wallet can spend, in BTC with 8 places. */
  readonly balances: Readonly<Record<string, string>>;
  /** Node's name → the nodes it is connected to. */
  readonly peers: Readonly<Record<string, readonly string[]>>;
}

/** The label of the address that the miner mines to, in its own wallet. */
const miningLabel = "mining";

/**
 * Brings the network to the declared state. Every step first looks at what is true already, on the
 * chain and in the wallets, so that one that was interrupted can be run again.
 */
export async function bootstrap(
  run: Run,
  edges: readonly Edge[],
  plan: ChainPlan,
): Promise<{ facts: ChainFacts; funded: Funded[] }> {
  await reconnect(run, edges);
  await step(run, "create the wallets", () => ensureWallets(run, plan.walletSeed));
  const funded = await step(run, "mine and pay", () =>
    plan.walletSeed === undefined
      ? minedAndPaid(run, plan)
      : atChainBegin(run, () => minedAndPaid(run, plan)),
  );
  return { facts: await step(run, "read the chain", () => chainFacts(run)), funded };
}

/** Waits for the nodes and connects them: what every start of the network begins with. */
export async function reconnect(run: Run, edges: readonly Edge[]): Promise<void> {
  await step(run, "wait for the nodes", () => ensureReady(run));
  await step(run, "connect the peers", () => connectPeers(run, edges));
}

async function minedAndPaid(run: Run, plan: ChainPlan): Promise<Funded[]> {
  const miner = minerOf(run);
  const address = await labelledAddress(miner, miningLabel);
  const height = await syncToHighest(run);
  run.report(`mine to height ${plan.blocks}`);
  await mine(run, Math.max(0, plan.blocks - height), address);
  const funded: Funded[] = [];
  // One after the other: the order decides which coins pay for what.
  for (const funding of plan.fund) {
    run.report(`pay ${funding.amount} BTC to ${funding.label}`);
    funded.push(await fund(run, funding));
  }
  const depths = await Promise.all(funded.map(({ txid }) => confirmationsOf(miner, txid)));
  run.report(`confirm with ${plan.confirmations} blocks`);
  await mine(run, Math.max(0, plan.confirmations - Math.min(...depths)), address);
  return funded;
}

/** Reads what is true now. All nodes must agree on the chain. */
export async function chainFacts({ nodes }: Run): Promise<ChainFacts> {
  const seen = await Promise.all(
    nodes.map(async (node) => {
      const { blocks, bestblockhash } = await node.rpc.call("getblockchaininfo");
      const { muhash } = await node.rpc.call("gettxoutsetinfo", ["muhash"]);
      const { mine } = await node.wallet.call("getbalances");
      return {
        chain: { height: blocks, tip: bestblockhash, muhash: muhash ?? "" },
        balance: [node.name, formatBtc(btcToSat(mine.trusted))] as const,
        peers: [node.name, await connectedPeers(node, nodes)] as const,
      };
    }),
  );
  const [first, ...others] = seen;
  if (first === undefined) throw new Error("the network has no nodes");
  if (
    others.some(({ chain }) => chain.muhash !== first.chain.muhash || chain.tip !== first.chain.tip)
  ) {
    const tips = seen.map(({ chain, balance }) => `${balance[0]}: ${chain.height} ${chain.tip}`);
    throw new Error(`the nodes do not agree on the chain: ${tips.join("; ")}`);
  }
  return {
    ...first.chain,
    balances: Object.fromEntries(seen.map(({ balance }) => balance)),
    peers: Object.fromEntries(seen.map(({ peers }) => peers)),
  };
}
