import type Docker from "dockerode";

import { bootstrap } from "../../bootstrap/bootstrap.ts";
import type { ChainPlan } from "../../bootstrap/plan/chain-plan.ts";
import { minerOf } from "../../bootstrap/nodes/run.ts";
import { openTemporaryNetwork } from "../../bootstrap/nodes/temporary-network.ts";
import { type GoldenValues, bitcoindOf, goldenValuesOf } from "./values.ts";

export interface MakeOptions {
  /** Of bitcoind, with the entry point of images/bitcoind. */
  readonly image: string;
  readonly plan: ChainPlan;
  readonly signal: AbortSignal;
}

/** Makes the chain once, on a network of its own that is gone afterwards, and reads its golden values. */
export async function makeGolden(
  docker: Docker,
  { image, plan, signal }: MakeOptions,
): Promise<{ readonly bitcoind: string; readonly values: GoldenValues }> {
  await using network = await openTemporaryNetwork(docker, {
    nodes: [
      { name: "alice", role: "peer", image },
      { name: "miner", role: "miner", image },
    ],
    signal,
  });
  return await network.run(async (run) => {
    const made = await bootstrap(run, network.inputs.connect, plan);
    const miner = minerOf(run);
    return { bitcoind: await bitcoindOf(miner), values: await goldenValuesOf(miner, made) };
  });
}
