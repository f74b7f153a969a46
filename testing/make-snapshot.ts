import type Docker from "dockerode";

import { bootstrap } from "../bootstrap/bootstrap.ts";
import type { ChainPlan } from "../bootstrap/plan/chain-plan.ts";
import { openNodeImage } from "./node-image.ts";
import { snapshotReference } from "../bootstrap/snapshots/names.ts";
import { commitNetwork } from "../bootstrap/snapshots/take/commit.ts";
import { openTemporaryNetwork } from "../bootstrap/nodes/temporary-network.ts";
import { tidyBuildCache } from "../engine/clean-up/build-cache.ts";
import { baseImageOn } from "../toolchain/ensure.ts";
import type { Progress } from "../base/progress/steps.ts";

export interface MakeOptions {
  readonly progress: Progress;
  readonly signal: AbortSignal;
}

/**
 * Builds the image, brings a network of its own to the planned chain, and commits it under the name. Of
 * the build nothing stays behind: it is some 400 MB, and the snapshot needs it no more.
 */
export async function makeSnapshot(
  docker: Docker,
  name: string,
  plan: ChainPlan,
  options: MakeOptions,
): Promise<void> {
  try {
    await buildAndCommit(docker, name, plan, options);
  } finally {
    await tidyBuildCache(docker);
  }
}

async function buildAndCommit(
  docker: Docker,
  name: string,
  plan: ChainPlan,
  { progress, signal }: MakeOptions,
): Promise<void> {
  const context = { signal, status: () => undefined };
  const base = await baseImageOn(docker, { progress, signal });
  await using image = await openNodeImage(docker, base, context);
  await using network = await openTemporaryNetwork(docker, {
    nodes: [
      { name: "alice", role: "peer", image: image.name },
      { name: "miner", role: "miner", image: image.name },
    ],
    signal,
  });
  const { inputs } = network;
  const { funded } = await network.run((run) => bootstrap(run, inputs.connect, plan));
  const references = Object.fromEntries(
    inputs.nodes.map((node) => [node.name, snapshotReference(name, node.name)]),
  );
  const of = { stackId: network.id, stack: "testing", kind: "named-snapshot" } as const;
  await commitNetwork(docker, inputs, { name, funded, references, ...of }, context);
}
