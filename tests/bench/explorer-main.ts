/** An explorer in a process of its own, so that its memory is its own: answers its parent's messages. */
import { RpcClient } from "../../bootstrap/rpc/client.ts";
import { keepHeapSmall } from "../../cli/shared/small-heap.ts";
import { openExplorer } from "../../explorer/explorer.ts";

const [, , url = "", user = ""] = process.argv;
// As the command does.
keepHeapSmall();
const rpc = new RpcClient({ url, user, password: process.env["RPC_PASSWORD"] ?? "" });
const before = held();
const begin = performance.now();
const explorer = await openExplorer({ node: rpc });
explorer.index.follow(() => undefined);
const seconds = (performance.now() - begin) / 1_000;

process.on("message", () => {
  void explorer.index.refresh().then(() => {
    const { size, tip } = explorer.index;
    const { rss } = process.memoryUsage();
    process.send?.({
      height: tip.height,
      transactions: size.transactions,
      estimated: size.memory,
      held: held() - before,
      rss,
    } satisfies Omit<ExplorerState, "seconds" | "url">);
  });
});
process.on("disconnect", () => process.exit());
process.send?.({ url: explorer.url, seconds });

/** What JavaScript and its buffers hold, without garbage. */
function held(): number {
  // Buffers are given back by what runs after the first collection.
  for (let round = 0; round < 2; round++) gc?.();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

/** Memory in bytes. */
export interface ExplorerState {
  readonly url: string;
  /** Until everything could be read. */
  readonly seconds: number;
  readonly height: number;
  readonly transactions: number;
  /** What the index takes itself to hold. */
  readonly estimated: number;
  /** By JavaScript and its buffers since before the index was opened, without garbage. */
  readonly held: number;
  readonly rss: number;
}
