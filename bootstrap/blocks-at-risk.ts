/** Blocks that people mined on top of the declared chain, and whether an update throws them away. */
import type Docker from "dockerode";

import { unlessStatus } from "../engine/errors.ts";
import { label, labelFilter } from "../engine/labels.ts";
import { messageOf } from "../base/message.ts";
import { pointing } from "../base/troubleshooting.ts";
import type { NodePorts } from "./claimed-ports.ts";
import { type Credentials, openNode } from "./node.ts";

/** Set to 1, an update may throw away blocks that people mined. */
const discardVariable = "REGTEST_DISCARD_BLOCKS";

/**
 * @param loss What would be thrown away, in words.
 * @param keep How it is kept, likewise.
 * @throws Error that says both, unless the environment says that blocks may be thrown away
 */
export function refuseLoss(loss: string, keep: string): void {
  if (process.env[discardVariable] === "1") return;
  throw new Error(
    pointing(
      `${loss}. To keep them, ${keep}. ` +
        `To throw them away: npm run up -- --discard-blocks, or ${discardVariable}=1 for Pulumi itself`,
      "blocks-at-risk",
    ),
  );
}

/** What is known of a node before an update makes anything. */
export interface MadeNode extends NodePorts {
  /** Changes with whatever makes the update replace the node's container, its ports aside. */
  readonly made: string;
}

/** The nodes whose containers are replaced. */
export function replacedNodes(before: readonly MadeNode[], after: readonly MadeNode[]): string[] {
  const next = new Map(after.map((node) => [node.name, node]));
  const stays = (node: MadeNode): boolean => {
    const other = next.get(node.name);
    return other?.made === node.made && portText(other) === portText(node);
  };
  return before.filter((node) => !stays(node)).map(({ name }) => name);
}

function portText({ rpcPort, ports }: NodePorts): string {
  return [`rpc ${rpcPort}`, ...ports.map(({ service, port }) => `${service} ${port}`)].join();
}

export interface AtRiskOptions {
  readonly stackId: string;
  readonly credentials: Credentials;
  /** Height of the declared chain. Blocks above it are people's. */
  readonly height: number;
  /** Names of the nodes whose containers go. */
  readonly replaced: readonly string[];
  /** Whether a stopped node may be started to be asked. */
  readonly start: boolean;
  /** Seconds that a node may take to answer. */
  readonly timeout: number;
  readonly signal: AbortSignal;
}

/**
 * How many blocks above `height` no node has that stays: those that are on a node that stays come
 * back by themselves.
 * @throws Error when a node that goes cannot be asked
 */
export async function blocksAtRisk(docker: Docker, options: AtRiskOptions): Promise<number> {
  const { stackId, height, replaced } = options;
  const filters = labelFilter({ [label.stackId]: stackId, [label.kind]: "node" });
  const containers = await docker.listContainers({ all: true, filters });
  let highest = height;
  let kept = height;
  for (const { Id, Labels } of containers) {
    const name = Labels[label.node] ?? "";
    const stays = !replaced.includes(name);
    const found = await heightOf(docker, name, Id, options).catch((error: unknown) => {
      // What a node that stays has need not be known to be kept.
      if (stays && !options.signal.aborted) return height;
      const unasked = `${name}: how many blocks it has could not be asked: ${messageOf(error)}`;
      throw new Error(pointing(unasked, "blocks-at-risk"), { cause: error });
    });
    highest = Math.max(highest, found);
    if (stays) kept = Math.max(kept, found);
  }
  return highest - kept;
}

async function heightOf(
  docker: Docker,
  name: string,
  containerId: string,
  { start, credentials, timeout, signal }: AtRiskOptions,
): Promise<number> {
  if (start) {
    await docker
      .getContainer(containerId)
      .start({ abortSignal: signal })
      // 304: it runs.
      .catch(unlessStatus(304));
  }
  const options = { signal, timeoutMs: timeout * 1000 };
  const spec = { name, role: "peer", containerId } as const;
  const { rpc } = await openNode(docker, spec, credentials, options);
  try {
    return await rpc.call("getblockcount");
  } finally {
    await rpc.close();
  }
}
