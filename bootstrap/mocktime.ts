import { minerOf } from "./chain.ts";
import type { Run } from "./run.ts";

/**
 * When a reproducible chain begins, in seconds since 1970: 2025-01-01T00:00:00Z. A block's time is
 * the later of this and one second past the median of the eleven before it, so it depends on the
 * chain alone.
 */
const chainBegin = 1_735_689_600;

/** Runs `work` while the miner's clock stands still at {@link chainBegin}; afterwards it shows the present again. */
export async function atChainBegin<T>(run: Run, work: () => Promise<T>): Promise<T> {
  const { rpc } = minerOf(run);
  await rpc.call("setmocktime", [chainBegin]);
  try {
    return await work();
  } finally {
    await rpc.call("setmocktime", [0]);
  }
}
