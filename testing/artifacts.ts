/** Files that a failed test leaves: the state of each node and its log. */
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";

import { isError } from "../base/is-error.ts";
import type { TestNetwork } from "./network.ts";
import type { NetworkNode } from "../bootstrap/verbs/network-node.ts";

/** Writes `state.json`, with each node's tip, peers, mempool and balances, and a log of each node into the folder. */
export async function writeArtifacts(network: TestNetwork, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const { nodes } = network;
  const states = nodes.map(async (node) => [node.name, await stateOf(node)] as const);
  const state = {
    snapshot: network.manifest.snapshot,
    nodes: Object.fromEntries(await Promise.all(states)),
  };
  await writeFile(path.join(folder, "state.json"), `${JSON.stringify(state, null, 2)}\n`);
  await Promise.all(
    nodes.map(async (node) => {
      const log = await orReason(node.log(10_000));
      await writeFile(path.join(folder, `${node.name}.log`), `${String(log)}\n`);
    }),
  );
}

async function stateOf({ rpc, wallet }: NetworkNode): Promise<Record<string, unknown>> {
  // The node may be what failed: it is not waited for.
  const once = { retry: false, timeoutMs: 5_000 };
  const [chain, peers, mempool, balances] = await Promise.all([
    orReason(rpc.call("getblockchaininfo", [], once)),
    orReason(rpc.call("getpeerinfo", [], once)),
    orReason(rpc.call("getrawmempool", [], once)),
    orReason(wallet.call("getbalances", [], once)),
  ]);
  return { chain, peers, mempool, balances };
}

/** What was asked for, or why it could not be had. */
async function orReason(answer: Promise<unknown>): Promise<unknown> {
  return await answer.catch((error: unknown) => (isError(error) ? error.message : String(error)));
}
