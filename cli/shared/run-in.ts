import { runInContainer } from "../../engine/exec-terminal.ts";
import { containerNamed } from "../../bootstrap/status/member-containers.ts";
import type { OpenContainers } from "./on-containers.ts";

/** The options by which bitcoin-cli reads standard input; one dash or two. */
const readsStdin = /^--?stdin(?:rpcpass|walletpassphrase)?(?:=|$)/;

/**
 * Runs bitcoin-cli in a node's container, with its output and, if it reads that, its input. Returns its exit code.
 * @throws Error that says how to go on when the node does not run
 */
export async function bitcoinCli(
  network: OpenContainers,
  node: string,
  command: readonly string[],
): Promise<number> {
  const nodes = network.containers.filter(({ isNode }) => isNode);
  const stdin = command.some((word) => readsStdin.test(word));
  return await runIn({ ...network, containers: nodes }, node, ["bitcoin-cli", ...command], stdin);
}

/** The same with any command, in the container of a node or service. @param stdin whether it reads standard input */
export async function runIn(
  { containers, starting, showing, signal }: OpenContainers,
  name: string,
  command: readonly string[],
  stdin: boolean,
): Promise<number> {
  const { state, unknown, container } = containerNamed(containers, name);
  if (unknown !== undefined) throw new Error(`${name}: ${unknown}`);
  if (state !== "running" || container === undefined) {
    const why = state === "exited" ? `, ${showing(name)} shows why` : "";
    throw new Error(`${name}: its container is ${state}; ${starting(name)} starts it${why}`);
  }
  return await runInContainer(container, command, { stdin, signal });
}
