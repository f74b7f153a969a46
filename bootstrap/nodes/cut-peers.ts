import { waitFor } from "../../base/wait.ts";
import type { RpcClient } from "../rpc/client.ts";
import { RpcCode, hasRpcCode } from "../rpc/rpc-errors.ts";
import { keepCuts } from "./kept-cuts.ts";
import type { Node } from "./node.ts";
import { declaredPeers, dialledBy, type Edge, isPeer } from "./peers.ts";
import { allNodes, type Run } from "./run.ts";

/**
 * Cuts the connections of these pairs, at both ends, and waits until neither sees the other. Neither
 * dials the other (`-addnode`), also when it is started again, until {@link restorePeers} tells it to.
 * One that is stopped has no connection, and is not to dial when it starts.
 */
export async function cutPeers(run: Run, pairs: readonly Edge[]): Promise<void> {
  const peersOf = (name: string): readonly string[] => declaredPeers(name, pairs);
  await Promise.all(
    run.nodes.flatMap(({ name, rpc }) => peersOf(name).map((peer) => forget(rpc, peer))),
  );
  await Promise.all(
    allNodes(run).map(async ({ name, container }) => {
      const dialled = dialledBy(name, pairs);
      if (dialled.length > 0) await keepCuts(container, dialled);
    }),
  );
  await Promise.all(
    run.nodes.map(async (node) => {
      const others = run.nodes.filter(({ name }) => peersOf(node.name).includes(name));
      if (others.length > 0) await part(run, node, others);
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

/** A node that is not on the list, or a peer that is no longer connected. */
function unlessAlreadySo(error: unknown): void {
  if (!hasRpcCode(error, RpcCode.NODE_NOT_ADDED, RpcCode.NODE_NOT_CONNECTED)) throw error;
}
