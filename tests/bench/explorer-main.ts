/** An explorer in a process of its own, so that its memory is its own: answers its parent's messages. */
import { RpcClient } from "../../bootstrap/rpc/client.ts";
import { openExplorer } from "../../explorer/explorer.ts";

const [, , url = "", user = ""] = process.argv;
const rpc = new RpcClient({ url, user, password: process.env["RPC_PASSWORD"] ?? "" });
const begin = performance.now();
const explorer = await openExplorer({ node: rpc });
explorer.index.follow(() => undefined);
const seconds = (performance.now() - begin) / 1_000;

process.on("message", () => {
  void explorer.index.refresh().then(() => {
    const { size, tip } = explorer.index;
    const { heapUsed, external, rss } = process.memoryUsage();
    process.send?.({
      height: tip.height,
      transactions: size.transactions,
      estimated: size.memory,
      held: heapUsed + external,
      rss,
    } satisfies Omit<ExplorerState, "seconds" | "url">);
  });
});
process.on("disconnect", () => process.exit());
process.send?.({ url: explorer.url, seconds });

/** Memory in bytes. */
export interface ExplorerState {
  readonly url: string;
  /** Until everything could be read. */
  readonly seconds: number;
  readonly height: number;
  readonly transactions: number;
  /** What the index takes itself to hold. */
  readonly estimated: number;
  /** By JavaScript and its buffers, garbage included. */
  readonly held: number;
  readonly rss: number;
}
