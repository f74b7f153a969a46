import { runInContainer } from "../../engine/exec-terminal.ts";
import { containerNamed } from "../../stack/stack-containers.ts";
import type { OpenContainers } from "./on-containers.ts";

/** The options by which bitcoin-cli reads standard input; one dash or two. */
const readsStdin = /^--?stdin(?:rpcpass|walletpassphrase)?(?:=|$)/;

/**
 * Runs bitcoin-cli in a node's container, with its output and, if it reads that, its input. Returns its exit code.
 * @throws Error that says how to go on when the node does not run
 */
export async function bitcoinCli(
  { containers, starting, showing, signal }: OpenContainers,
  node: string,
  command: readonly string[],
): Promise<number> {
  const nodes = containers.filter(({ isNode }) => isNode);
  const { state, container } = containerNamed(nodes, node);
  if (state !== "running" || container === undefined) {
    const why = state === "exited" ? `, ${showing(node)} shows why` : "";
    throw new Error(`${node}: its container is ${state}; ${starting(node)} starts it${why}`);
  }
  const stdin = command.some((word) => readsStdin.test(word));
  return await runInContainer(container, ["bitcoin-cli", ...command], { stdin, signal });
}
