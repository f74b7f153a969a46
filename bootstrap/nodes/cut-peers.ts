import { waitFor } from "../../base/wait.ts";
import type { RpcClient } from "../rpc/client.ts";
import { RpcCode, RpcResponseError } from "../rpc/rpc-errors.ts";
import type { Node } from "./node.ts";
import { type Edge, isPeer } from "./peers.ts";
import { nodeOf, type Run } from "./run.ts";

/** What bitcoind says of a node that is not on its list, or of a peer that is no longer connected. */
const alreadySo = new Set<number>([RpcCode.NODE_NOT_ADDED, RpcCode.NODE_NOT_CONNECTED]);

/**
 * Cuts the connections of these pairs, at both ends, and waits until neither sees the other. Each forgets that it
 * is to dial the other (`-addnode`), until it is started again or {@link restorePeers} tells it so.
 */
export async function cutPeers(run: Run, pairs: readonly Edge[]): Promise<void> {
  await Promise.all(
    pairs.flatMap(([a, b]) => {
      const [first, second] = [nodeOf(run, a), nodeOf(run, b)];
      return [forget(first.rpc, b), forget(second.rpc, a)];
    }),
  );
  await Promise.all(
    run.nodes.map(async (node) => {
      const others = pairs.flatMap(([a, b]) =>
        a === node.name ? [b] : b === node.name ? [a] : [],
      );
      const nodes = others.map((name) => nodeOf(run, name));
      if (nodes.length > 0) await part(run, node, nodes);
    }),
  );
}

async function forget(rpc: RpcClient, name: string): Promise<void> {
  await rpc.call("addnode", [name, "remove"]).catch(unlessAlreadySo);
}

async function part(run: Run, node: Node, others: readonly Node[]): Promise<void> {
  const { rpc, name } = node;
  await waitFor(
    async (signal) => {
      const infos = await rpc.call("getpeerinfo", [], { signal });
      const left = infos.filter((info) => others.some((other) => isPeer(info, other)));
      if (left.length === 0) return true;
      await Promise.all(
        left.map(({ id }) => rpc.call("disconnectnode", { nodeid: id }).catch(unlessAlreadySo)),
      );
      return { pending: `${left.length} connections` };
    },
    {
      what: `${name} to be cut off from ${others.map(({ name }) => name).join(", ")}`,
      limitMs: run.limitMs,
      signal: run.signal,
    },
  );
}

function unlessAlreadySo(error: unknown): void {
  if (!(error instanceof RpcResponseError && alreadySo.has(error.code))) throw error;
}
