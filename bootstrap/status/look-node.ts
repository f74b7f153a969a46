/** One node as it is now. A node that is stopped, paused or hangs delays the others no longer than the limit. */
import type Docker from "dockerode";

import { walletBalances } from "../verbs/balance.ts";
import { declaredTimeIn, keptTime } from "../clock/kept-time.ts";
import { byHand, type DriftLine, fixable, nodeDrift } from "../chain/drift.ts";
import { hostSilence } from "../../engine/fleet.ts";
import { isoTime } from "../clock/mocktime.ts";
import { type Node, openNode } from "../nodes/node.ts";
import { addedPeers, type Addressed, type SeenPeer, seenPeers } from "../nodes/peers.ts";
import { RpcError } from "../rpc/rpc-errors.ts";
import { endedContainer } from "../containers/container-exit.ts";
import { ContainerExitedError, timesText } from "../containers/container-exited-error.ts";
import { messageOf } from "../../base/message.ts";
import type { DeclaredNode, NetworkDeclaration, NodeStatus } from "./report.ts";

/** Milliseconds in which a node must have answered everything. */
export const nodeLimitMs = 3_000;

export interface NodeLook {
  readonly status: NodeStatus;
  /** Undefined when it does not answer. */
  readonly peers: readonly SeenPeer[] | undefined;
  /** Names of those that it dials by itself; undefined likewise. */
  readonly dials?: readonly string[] | undefined;
  readonly drift: readonly DriftLine[];
}

/**
 * @param state of its container, as the engine lists it
 * @param known all that may be its peers by name
 */
export async function lookAtNode(
  docker: Docker,
  { wallets, ...declared }: DeclaredNode,
  { state, id }: { readonly state: string; readonly id: string | undefined },
  network: NetworkDeclaration,
  known: readonly Addressed[],
  signal: AbortSignal,
): Promise<NodeLook> {
  const silence = hostSilence(docker, declared.host);
  if (silence !== undefined) {
    return {
      status: { ...declared, state: "unknown", problem: silence },
      peers: undefined,
      drift: [byHand(`${declared.name}: ${silence}`)],
    };
  }
  /** Why it does not run, as far as its container tells. */
  const whyNot = async (): Promise<DriftLine[]> => {
    const { name } = declared;
    const gone = [fixable(`${name}: its container is ${state}`)];
    if (id === undefined) return gone;
    const container = docker.getContainer(id);
    const end = await endedContainer([{ name, container }]);
    // One that was stopped an update starts; one that ends again and again it does not help.
    if (end !== undefined) return [(state === "exited" ? fixable : byHand)(messageOf(end))];
    // It may have been started again since the engine listed it.
    const crashed = crashes(name, await container.inspect().catch(() => undefined));
    return crashed.length === 0 ? gone : crashed;
  };
  if (state !== "running" || id === undefined) {
    return { status: { ...declared, state }, peers: undefined, drift: await whyNot() };
  }
  // A call's own limit tells more, and comes first.
  const limit = AbortSignal.any([signal, AbortSignal.timeout(nodeLimitMs + 500)]);
  const spec = { name: declared.name, role: declared.role ?? "peer", containerId: id, wallets };
  const credentials = { user: network.rpcUser, password: network.rpcPassword };
  try {
    const node = await openNode(docker, spec, credentials, {
      signal: limit,
      timeoutMs: nodeLimitMs,
    });
    try {
      return await ask(node, { ...declared, state }, network, known);
    } finally {
      await node.rpc.close();
    }
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof ContainerExitedError) {
      // Since the engine listed it, or between two starts.
      return {
        status: { ...declared, state: "restarting" },
        peers: undefined,
        drift: [byHand(messageOf(error))],
      };
    }
    const problem = problemOf(error);
    return {
      status: { ...declared, state, problem },
      peers: undefined,
      drift: [problemLine(declared.name, error)],
    };
  }
}

/** Each answer for itself: a wallet that is busy for long does not hide the chain. */
async function ask(
  node: Node,
  status: NodeStatus,
  { chain }: NetworkDeclaration,
  known: readonly Addressed[],
): Promise<NodeLook> {
  const { rpc, name } = node;
  const [info, network, peers, dials, mempool, wallets, container, kept, drift] =
    await Promise.allSettled([
      rpc.call("getblockchaininfo"),
      rpc.call("getnetworkinfo"),
      seenPeers(node, known),
      addedPeers(node),
      rpc.call("getmempoolinfo"),
      walletBalances(node),
      node.container.inspect(),
      keptTime(node.container),
      // A missing connection is reported once for each pair, see connections.ts.
      chain === undefined ? [] : nodeDrift(node, known, [], chain),
    ]);
  const failed = [info, network, peers, dials, mempool, wallets, container, kept, drift].find(
    (answer) => answer.status === "rejected",
  );
  const problem = failed === undefined ? undefined : problemOf(failed.reason);
  const seen = valueOf(peers);
  return {
    status: {
      ...status,
      problem,
      version: valueOf(network)?.subversion,
      height: valueOf(info)?.blocks,
      tip: valueOf(info)?.bestblockhash,
      mockTime: mockTimeOf(valueOf(kept), valueOf(container)),
      peers: seen && new Set(seen.map((peer) => peer.name ?? peer.address)).size,
      mempool: valueOf(mempool)?.size,
      wallets: valueOf(wallets),
    },
    peers: seen,
    dials: valueOf(dials),
    drift: [
      ...crashes(name, valueOf(container)),
      ...(failed === undefined ? (valueOf(drift) ?? []) : [problemLine(name, failed.reason)]),
    ],
  };
}

/** What it was set to, or is declared: what `setmocktime` by hand did is lost with the next start. */
function mockTimeOf(
  kept: number | undefined,
  container: Docker.ContainerInspectInfo | undefined,
): string | undefined {
  const seconds = kept ?? declaredTimeIn(container?.Config.Cmd ?? []);
  return seconds === undefined ? undefined : isoTime(seconds);
}

/** A node that runs now may have crashed before. */
export function crashes(
  name: string,
  { RestartCount = 0 }: Partial<Docker.ContainerInspectInfo> = {},
): DriftLine[] {
  return RestartCount === 0
    ? []
    : [
        byHand(
          `${name}: it crashed and was restarted, ${timesText(RestartCount)}; ` +
            `npm run logs -- ${name} shows why`,
        ),
      ];
}

/** What its container lacks an update gives it. What bitcoind answers, or does not, is no matter of that. */
function problemLine(name: string, error: unknown): DriftLine {
  const ofBitcoind = error instanceof RpcError || (error as Error).name === "TimeoutError";
  const text = `${name}: ${problemOf(error)}`;
  return ofBitcoind ? byHand(text) : fixable(text);
}

function valueOf<T>(answer: PromiseSettledResult<T>): T | undefined {
  return answer.status === "fulfilled" ? answer.value : undefined;
}

function problemOf(error: unknown): string {
  if (error instanceof RpcError) return `${error.method}: ${error.detail}`;
  return (error as Error).name === "TimeoutError"
    ? `no answer within ${nodeLimitMs / 1_000} s`
    : messageOf(error);
}
