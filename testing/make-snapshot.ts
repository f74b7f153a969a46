import type Docker from "dockerode";

import { bootstrap } from "../bootstrap/bootstrap.ts";
import { keptTimeOf, setKeptTime } from "../bootstrap/clock/kept-time.ts";
import { openTemporaryNetwork } from "../bootstrap/nodes/temporary-network.ts";
import { scenarioServices } from "../bootstrap/services/start.ts";
import { withServices } from "../bootstrap/services/temporary-services.ts";
import { snapshotReferences } from "../bootstrap/snapshots/names.ts";
import { noStack } from "../bootstrap/snapshots/take/take-named.ts";
import { commitNetwork } from "../bootstrap/snapshots/take/commit.ts";
import { tidyBuildCache } from "../engine/clean-up/build-cache.ts";
import { baseImageOn } from "../toolchain/ensure.ts";
import type { Progress } from "../base/progress/steps.ts";
import type { WantedSnapshot } from "./wanted-snapshot.ts";
import { openNodeImages } from "./node-image.ts";

export interface MakeOptions {
  readonly progress: Progress;
  readonly signal: AbortSignal;
}

/**
 * Builds the images, brings a network of its own to the planned chain, and commits it under the name. Of
 * the build nothing stays behind: it is some 400 MB, and the snapshot needs it no more.
 */
export async function makeSnapshot(
  docker: Docker,
  wanted: WantedSnapshot,
  options: MakeOptions,
): Promise<void> {
  try {
    await buildAndCommit(docker, wanted, options);
  } finally {
    await tidyBuildCache(docker);
  }
}

async function buildAndCommit(
  docker: Docker,
  { name: snapshot, network: planned, chain }: WantedSnapshot,
  { progress, signal }: MakeOptions,
): Promise<void> {
  const context = { signal, status: () => undefined };
  const base = await baseImageOn(docker, { progress, signal });
  await using images = await openNodeImages(docker, base, planned, context);
  await using network = await openTemporaryNetwork(docker, {
    guests: planned.services.length,
    nodes: planned.nodes.map((node) => ({
      name: node.name,
      role: node.role,
      wallets: node.wallets,
      image: images.of(node),
      offers: { ports: node.ports.map(({ name }) => name), rest: node.rest },
      arguments: node.arguments,
    })),
    connect: planned.connect,
    signal,
  });
  const services = planned.services.map((declared) => ({
    ...{ declared, image: images.ofService(declared), restores: false },
  }));
  const inputs = await withServices(docker, network, services);
  const { funded } = await network.run(async (run) => {
    const services = scenarioServices(docker, inputs, context);
    const made = await bootstrap(run, inputs.connect, chain, services);
    // In a stack, config `mockTime` says it at each start; a snapshot has nothing but its datadir.
    const { mockTime } = chain;
    if (mockTime !== undefined && (await keptTimeOf(run)) === undefined)
      await setKeptTime(run, mockTime);
    return made;
  });
  const references = snapshotReferences(snapshot, inputs);
  const of = { stackId: network.id, stack: noStack, kind: "named-snapshot" } as const;
  await commitNetwork(docker, inputs, { name: snapshot, funded, references, ...of }, context);
}
