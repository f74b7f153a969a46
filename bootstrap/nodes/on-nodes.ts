/** Opens the nodes of a stack for the duration of one operation. */
import type Docker from "dockerode";

import { reporter } from "../../base/progress/amount.ts";
import type { CrowdSpec } from "./crowd.ts";
import { absentNodes, type NodeSpec, openNodes } from "./node.ts";
import type { Edge } from "./peers.ts";
import { type Run, step } from "./run.ts";
import { whileRunning } from "../containers/container-exit.ts";
import { containersOf } from "../containers/stop-start.ts";

/** The inputs of every resource that works on the nodes. */
export interface NetworkInputs {
  readonly nodes: readonly NodeSpec[];
  /** Who is connected to whom. */
  readonly connect: readonly Edge[];
  readonly rpcUser: string;
  readonly rpcPassword: string;
  /** Seconds that one step may wait. */
  readonly timeout: number;
  /** Peers without names. Left out: there are none. */
  readonly crowd?: CrowdSpec | undefined;
}

/** What ends an operation, and whom it tells: of a provider plugin, a command or a test. */
export interface NodesContext {
  readonly signal: AbortSignal;
  /** A line of progress, replaced by the next one. */
  readonly status: (line: string) => void;
  /** A line that stays. Left out: it goes to stderr. */
  readonly info?: (line: string) => void;
}

/** Runs `work` on the nodes. It ends at once, with the container's last lines, when one of them ends. */
export async function onNodes<T>(
  docker: Docker,
  { nodes: specs, connect, rpcUser, rpcPassword, timeout }: NetworkInputs,
  context: NodesContext,
  work: (run: Run) => Promise<T>,
): Promise<T> {
  const limitMs = timeout * 1000;
  const watched = specs.map(({ name, containerId }) => ({
    name,
    container: docker.getContainer(containerId),
  }));
  return await whileRunning(watched, context.signal, async (signal) => {
    const credentials = { user: rpcUser, password: rpcPassword };
    const run: Run = {
      ...{ nodes: [], connect },
      limitMs,
      signal,
      say: context.info,
      ...reporter(context.status),
    };
    await using network = await step(run, "find the nodes", () =>
      openNodes(docker, specs, credentials, { signal, timeoutMs: limitMs }),
    );
    return await work({ ...run, nodes: network.nodes });
  });
}

/** The same without those nodes that somebody stopped or paused. One that ended by itself is an error as ever. */
export async function onRunningNodes<T>(
  docker: Docker,
  network: NetworkInputs,
  context: NodesContext,
  work: (run: Run) => Promise<T>,
): Promise<T> {
  const names = await absentNodes(docker, network.nodes);
  const [left, nodes] = [true, false].map((isAbsent) =>
    network.nodes.filter(({ name }) => names.includes(name) === isAbsent),
  ) as [NodeSpec[], NodeSpec[]];
  const others = {
    absent: containersOf(docker, left),
    names: network.nodes.map(({ name }) => name),
  };
  return await onNodes(docker, { ...network, nodes }, context, (run) =>
    work({ ...run, ...others }),
  );
}
