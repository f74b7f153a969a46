import { pointing } from "../../base/troubleshooting.ts";
import type { Node } from "./node.ts";
import type { CallOptions } from "../rpc/client.ts";
import { onEach, type Run } from "./run.ts";

/**
 * Waits until each node answers, and makes sure that it is the one meant: regtest, with this
 * stack's credentials, under its own name. A start takes a moment; a stranger on the port is an error at once.
 */
export async function ensureReady(run: Run): Promise<void> {
  // A start takes some 150 ms, and many nodes are slowed down by many questions.
  const maxEveryMs = 20 + 5 * run.nodes.length;
  await onEach(run, (node) => ensureOneReady(node, { timeoutMs: run.limitMs, maxEveryMs }));
}

async function ensureOneReady({ name, rpc }: Node, patience: CallOptions): Promise<void> {
  // The client itself waits out a refused connection and a node that is warming up.
  const { chain } = await rpc.call("getblockchaininfo", [], patience);
  if (chain !== "regtest")
    throw stranger(`${name}: the server at ${rpc.url} is on chain ${chain}, not regtest`);
  const { subversion } = await rpc.call("getnetworkinfo");
  if (!subversion.includes(`(${name})`)) {
    throw stranger(`${name}: the server at ${rpc.url} identifies itself as ${subversion}`);
  }
}

function stranger(seen: string): Error {
  return new Error(pointing(seen, "another-service-answers"));
}
