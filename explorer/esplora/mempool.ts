import { Hono } from "hono";
import { HTTPException } from "hono/http-exception";

import type { RpcClient } from "../../bootstrap/rpc/client.ts";
import type { ChainIndex } from "../index/chain-index.ts";
import { feeHistogram } from "../index/fee-histogram.ts";

/** In blocks. */
const targets = [...Array.from({ length: 25 }, (_, index) => index + 1), 144, 504, 1008];

export function mempoolRoutes(index: ChainIndex, rpc: RpcClient): Hono {
  const app = new Hono();
  app
    .get("/mempool", (c) => {
      const all = [...index.mempool.values()];
      return c.json({
        count: all.length,
        vsize: all.reduce((sum, { vsize }) => sum + vsize, 0),
        total_fee: all.reduce((sum, { fee }) => sum + fee, 0),
        fee_histogram: feeHistogram(all),
      });
    })
    .get("/mempool/txids", (c) => c.json([...index.mempool.keys()]))
    .get("/mempool/recent", (c) =>
      c.json(
        index.recent.map(({ txid, fee, vsize, outputs }) => ({
          txid,
          fee,
          vsize,
          value: outputs.reduce((sum, { value }) => sum + value, 0),
        })),
      ),
    )
    // What a server says that has it switched off, as it is by default.
    .get("/block-template", () => {
      throw new HTTPException(403, { message: "mining REST endpoints are disabled" });
    })
    .get("/fee-estimates", async (c) => c.json(await feeEstimates(rpc)));
  return app;
}

/** Target in blocks → sat/vB; without those that the node has no estimate for. */
async function feeEstimates(rpc: RpcClient): Promise<Record<string, number>> {
  const asked = targets.map((target) => [target] as [number]);
  const estimates = await rpc.callMany("estimatesmartfee", asked);
  return Object.fromEntries(
    estimates.flatMap(({ feerate }, at) =>
      feerate === undefined ? [] : [[targets[at], Math.round(feerate * 1e8) / 1_000]],
    ),
  ) as Record<string, number>;
}
