/** Stopping and starting the nodes of a network all together. */
import type Docker from "dockerode";

import { logTail } from "../../engine/log.ts";
import { engineError, statusCodeOf, throwEngineError } from "../../engine/engine-error.ts";
import { pointing } from "../../base/troubleshooting.ts";
import { tailLines } from "./container-exit.ts";

export interface NodeContainer {
  /** Of the node. */
  readonly name: string;
  readonly container: Docker.Container;
}

/** With what the engine says of it. */
export interface SeenContainer extends NodeContainer {
  readonly info: Docker.ContainerInspectInfo;
}

export function containersOf(
  docker: Docker,
  nodes: readonly { readonly name: string; readonly containerId: string }[],
): NodeContainer[] {
  return nodes.map(({ name, containerId }) => ({
    name,
    container: docker.getContainer(containerId),
  }));
}

/** @throws Error when one of the containers is gone */
export async function lookAtContainers(
  nodes: readonly NodeContainer[],
  signal: AbortSignal,
): Promise<SeenContainer[]> {
  return await Promise.all(
    nodes.map(async (node) => {
      const info = await node.container.inspect({ abortSignal: signal }).catch(throwEngineError);
      return { ...node, info };
    }),
  );
}

/**
 * Stops the nodes and waits until bitcoind has written its chain state: it does so only every 50 to
 * 70 minutes or on shutdown, so an image of a running node may hold an older tip.
 */
export async function stopCleanly(
  nodes: readonly NodeContainer[],
  timeout: number,
  signal: AbortSignal,
): Promise<void> {
  await Promise.all(
    nodes.map(async ({ name, container }) => {
      await container.stop({ t: timeout, abortSignal: signal }).catch(unlessAlreadySo(name));
      const { ExitCode } = (await container.inspect({ abortSignal: signal })).State;
      if (ExitCode !== 0) {
        throw new Error(
          pointing(
            `${name}: bitcoind did not stop cleanly within ${timeout} s (exit code ${ExitCode}); ` +
              `its last lines:\n${await logTail(container, tailLines)}`,
            "a-node-ended",
          ),
        );
      }
    }),
  );
}

/** Those that somebody paused. */
export async function unpause(nodes: readonly SeenContainer[]): Promise<void> {
  const paused = nodes.filter(({ info }) => info.State.Paused);
  await Promise.all(paused.map(({ container }) => container.unpause()));
}

/** Stops those that end by themselves and are started again by the engine, which waits longer each time. */
export async function stopRestarting(
  nodes: readonly SeenContainer[],
  timeout: number,
  signal: AbortSignal,
): Promise<void> {
  await Promise.all(
    nodes.map(async ({ name, container, info: { State, RestartCount } }) => {
      if (!State.Restarting && RestartCount === 0) return;
      await container.stop({ t: timeout, abortSignal: signal }).catch(unlessAlreadySo(name));
    }),
  );
}

/** Starts the nodes. That bitcoind answers is another matter. */
export async function start(nodes: readonly NodeContainer[], signal: AbortSignal): Promise<void> {
  await Promise.all(
    nodes.map(({ name, container }) =>
      container.start({ abortSignal: signal }).catch(unlessAlreadySo(name)),
    ),
  );
}

/**
 * Starts the nodes one after the other, in the order of the addresses they had: the engine hands out
 * the lowest one that is free, so each gets its own again.
 */
export async function startWithAddresses(
  nodes: readonly NodeContainer[],
  addresses: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<void> {
  const inOrder = nodes.toSorted(
    (a, b) => addressKey(addresses[a.name]) - addressKey(addresses[b.name]),
  );
  for (const node of inOrder) await start([node], signal);
}

/** An IPv4 address as a number. */
function addressKey(address = ""): number {
  return address.split(".").reduce((key, part) => key * 256 + Number(part), 0);
}

/** 304: it is already in that state. Any other error is reported with the node's name. */
function unlessAlreadySo(name: string): (error: unknown) => void {
  return (error) => {
    if (statusCodeOf(error) === 304) return;
    const cause = engineError(error);
    throw new Error(`${name}: ${cause.message}`, { cause });
  };
}
