import { pointing } from "../../base/troubleshooting.ts";
import type { Node } from "./node.ts";
import { onEach, type Run } from "./run.ts";

/**
 * Waits until each node answers, and makes sure that it is the one meant: regtest, with this
 * stack's credentials, under its own name. A start takes a moment; a stranger on the port is an error at once.
 */
export async function ensureReady(run: Run): Promise<void> {
  await onEach(run, (node) => ensureOneReady(node, run.limitMs));
}

async function ensureOneReady({ name, rpc }: Node, limitMs: number): Promise<void> {
  // The client itself waits out a refused connection and a node that is warming up.
  const { chain } = await rpc.call("getblockchaininfo", [], { timeoutMs: limitMs });
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
