import type { Node } from "./node.ts";
import type { RpcMethods } from "../rpc/methods.ts";
import type { Run } from "./run.ts";
import { waitFor } from "../../base/wait.ts";

/** The calls of the bootstrap and of `reorg` that change something. */
const changing: ReadonlySet<string> = new Set<keyof RpcMethods>([
  "createwallet",
  "loadwallet",
  "importdescriptors",
  "generateblock",
  "generatetoaddress",
  "invalidateblock",
  "send",
  "sendrawtransaction",
]);

/**
 * Waits until the nodes have ended the calls that an interrupted run left behind: bitcoind carries a
 * call out though nobody waits for its answer, and what was true before is not true after it.
 */
export async function ensureSettled({
  nodes,
  limitMs,
  signal,
}: Pick<Run, "nodes" | "limitMs" | "signal">): Promise<void> {
  await Promise.all(
    nodes.map(async (node) => {
      await waitFor((signal) => isSettled(node, signal), {
        what: `${node.name} to end the calls of an interrupted run`,
        limitMs,
        signal,
      });
    }),
  );
}

async function isSettled({ rpc }: Node, signal: AbortSignal): Promise<true | { pending: string }> {
  const { active_commands } = await rpc.call("getrpcinfo", [], { signal });
  const active = active_commands.filter(({ method }) => changing.has(method));
  return active.length === 0
    ? true
    : { pending: `${active.map(({ method }) => method).join(", ")} under way` };
}
