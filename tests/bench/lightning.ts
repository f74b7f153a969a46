/** Measures examples/lightning: what a test waits for until it can pay through a channel that was opened before. */
import path from "node:path";

import type Docker from "dockerode";

import { packageFolder } from "../../base/files/paths.ts";
import { pay } from "../../examples/lightning/lncli.ts";
import { network as declared } from "../../examples/lightning/network.ts";
import { type CloneOptions, cloneNetwork, prepareSnapshot } from "../../testing/index.ts";
import { removeSnapshot } from "../helpers/kit-snapshot.ts";
import { timeTakes } from "./clones.ts";
import { timed } from "./timed.ts";

/** In seconds. */
export interface LightningRound {
  /** Nodes, both lnd, the channel active. */
  readonly clone: number;
  /** With it, an invoice and its payment. */
  readonly paid: number;
  /** From a pool that is full. */
  readonly take: number;
}

/** One more round goes before those that count. */
export async function measureLightning(
  docker: Docker,
  { image, rounds, signal }: { image: string; rounds: number; signal: AbortSignal },
): Promise<LightningRound[]> {
  const services = declared.services.map((service) => ({ ...service, image }));
  const scenario = path.join(packageFolder, "examples/lightning/channel.ts");
  const snapshot = await prepareSnapshot({ ...declared, services, scenario, signal });
  const options: CloneOptions = { snapshot, freshBlock: true, signal };
  try {
    const takes = await timeTakes(options, rounds, (network) =>
      pay(network, "carol", "dave", 1_000),
    );
    const measured: LightningRound[] = [];
    for (let round = 0; round <= rounds; round++) {
      const begin = performance.now();
      const { result: network, seconds: clone } = await timed(() => cloneNetwork(options));
      await pay(network, "carol", "dave", 1_000);
      const paid = (performance.now() - begin) / 1000;
      await network.dispose();
      const take = takes[round - 1];
      if (take !== undefined) measured.push({ clone, paid, take });
    }
    return measured;
  } finally {
    await removeSnapshot(docker, snapshot);
  }
}
