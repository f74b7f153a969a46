/** Bootstraps without Pulumi, many in the time that one stack takes: for tests of the chain itself. */
import type Docker from "dockerode";

import { bootstrap } from "../../bootstrap/bootstrap.ts";
import type { ChainPlan } from "../../bootstrap/plan/chain-plan.ts";
import { type BlockContent, readBlocks } from "../golden/blocks.ts";
import type { Node } from "../../bootstrap/nodes/node.ts";
import type { RpcClient } from "../../bootstrap/rpc/client.ts";
import {
  type TemporaryNetwork,
  type TemporaryNode,
  openTemporaryNetwork,
} from "../../bootstrap/nodes/temporary-network.ts";
import { connectEngine } from "../../engine/client.ts";
import { planOf } from "../../bootstrap/plan/plan.ts";
import { readNetwork } from "../../bootstrap/plan/settings/network-plan.ts";
import type { NetworkArgs } from "../../bootstrap/plan/settings/network-schema.ts";
import { sharedNodeImage } from "./node-image.ts";

/** Limit of everything that one test does on the engine. */
const limitMs = 280_000;

export class Bootstraps {
  readonly docker: Docker;
  readonly #image: string;

  private constructor(docker: Docker, image: string) {
    this.docker = docker;
    this.#image = image;
  }

  static async open(): Promise<Bootstraps> {
    return new Bootstraps(await connectEngine(), await sharedNodeImage());
  }

  /** Nodes of these names, started in this order; the one called miner mines. Nothing is mined yet. */
  async network(names: readonly string[], args: readonly string[] = []): Promise<TemporaryNetwork> {
    const nodes = names.map((name): TemporaryNode => ({
      name,
      role: name === "miner" ? "miner" : "peer",
      image: this.#image,
    }));
    const signal = AbortSignal.timeout(limitMs);
    return await openTemporaryNetwork(this.docker, {
      nodes,
      inOrder: true,
      arguments: args,
      signal,
    });
  }
}

/** The chain of the defaults with these settings instead. */
export function plan(changed: NetworkArgs = {}): ChainPlan {
  const { plan, problems } = readNetwork(changed);
  if (plan === undefined) throw new Error(problems.join("; "));
  return planOf(plan);
}

/** All that must be the same on every machine, by node. */
export type Told = Readonly<Record<string, NodeTold>>;

export interface NodeTold {
  /** Every block, txid and address of the chain. */
  readonly blocks: readonly BlockContent[];
  /** Every address that the wallet has handed out, with its label. */
  readonly known: readonly string[];
  /** The next address of each type. */
  readonly next: readonly string[];
}

export async function bootstrapAndTell(network: TemporaryNetwork, plan: ChainPlan): Promise<Told> {
  return await network.run(async (run) => {
    await bootstrap(run, network.inputs.connect, plan);
    return await tellAll(run.nodes);
  });
}

export async function tellAll(nodes: readonly Pick<Node, "name" | "rpc">[]): Promise<Told> {
  const told = await Promise.all(
    nodes.map(async ({ name, rpc }) => [name, await tell(rpc, rpc.wallet(name))] as const),
  );
  return Object.fromEntries(told);
}

async function tell(rpc: RpcClient, wallet: RpcClient): Promise<NodeTold> {
  const received = await wallet.call<{ address: string; label: string }[]>(
    "listreceivedbyaddress",
    [0, true],
  );
  const next: string[] = [];
  for (const type of ["legacy", "p2sh-segwit", "bech32", "bech32m"] as const) {
    next.push(await wallet.call("getnewaddress", ["", type]));
    next.push(await wallet.call<string>("getrawchangeaddress", [type]));
  }
  return {
    blocks: await readBlocks(rpc),
    known: received.map(({ address, label }) => `${label}: ${address}`).toSorted(),
    next,
  };
}
