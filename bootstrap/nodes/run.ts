/** The context of a step of the bootstrap: its nodes, limits, signal and reporter. */
import { messageOf } from "../../base/message.ts";
import { pointing } from "../../base/troubleshooting.ts";
import type { Reporter } from "../../base/progress/amount.ts";
import type { NodeContainer } from "../containers/stop-start.ts";
import { diskFullLine } from "../containers/disk-full.ts";
import { RpcError, RpcTimeoutError } from "../rpc/rpc-errors.ts";
import { endedContainer } from "../containers/container-exit.ts";
import { ContainerExitedError } from "../containers/container-exited-error.ts";
import type { Node } from "./node.ts";
import type { Edge } from "./peers.ts";
import { StepError } from "./step-error.ts";
import { WaitTimeoutError } from "../../base/wait.ts";

/** Who takes part in a run. */
export interface RunNodes {
  readonly nodes: readonly Node[];
  /**
   * The nodes that are left out, since somebody stopped or paused them. Default: none.
   * @internal
   */
  readonly absent?: readonly NodeContainer[] | undefined;
  /**
   * The names of both in the order of their declaration. Default: that of `nodes`.
   * @internal
   */
  readonly names?: readonly string[] | undefined;
}

/**
 * The containers of all nodes, also of those that are left out, in the order of their declaration.
 * @internal
 */
export function allNodes({ nodes, absent = [], names = [] }: RunNodes): NodeContainer[] {
  return [...nodes, ...absent].toSorted((a, b) => names.indexOf(a.name) - names.indexOf(b.name));
}

export interface Run extends RunNodes, Reporter {
  /** Who is to be connected to whom. */
  readonly connect: readonly Edge[];
  /** Milliseconds that one wait may take. */
  readonly limitMs: number;
  readonly signal: AbortSignal;
  /** Gets each line that a scenario prints, to stay. Left out: it goes to stderr. */
  readonly say?: ((line: string) => void) | undefined;
}

/** The one that mines. */
export function minerOf(run: RunNodes): Node {
  const { nodes, absent = [] } = run;
  const miner = nodes.find(({ role }) => role === "miner");
  if (miner === undefined) {
    const without = absent.length === 0 ? "" : `; ${namesOf(absent)}: stopped or paused`;
    throw new Error(`no node of the network that runs has the role miner${without}`);
  }
  return miner;
}

/** The one of that name. */
export function nodeOf(run: RunNodes, name: string): Node {
  const { nodes, absent = [] } = run;
  const node = nodes.find((node) => node.name === name);
  if (absent.some((node) => node.name === name))
    throw new Error(`${name} is stopped or paused; start or unpause it first`);
  if (node === undefined) throw new Error(unknownNode(name, nodes));
  return node;
}

/** For a name that no node has. */
export function unknownNode(name: string, nodes: readonly { readonly name: string }[]): string {
  return `the network has no node ${name}; it has ${namesOf(nodes)}`;
}

function namesOf(nodes: readonly { readonly name: string }[]): string {
  return nodes.map(({ name }) => name).join(", ");
}

/** The same run with another node as the one that mines; left out: as it is. */
export function minedBy(run: Run, name: string | undefined): Run {
  if (name === undefined) return run;
  const miner = nodeOf(run, name);
  const roleOf = (node: Node): Node["role"] => (node === miner ? "miner" : "peer");
  return { ...run, nodes: run.nodes.map((node) => ({ ...node, role: roleOf(node) })) };
}

/** Does the same on all nodes at once, and counts those that are through. */
export async function onEach<T>(run: Run, work: (node: Node) => Promise<T>): Promise<T[]> {
  const { nodes } = run;
  let done = 0;
  return await Promise.all(
    nodes.map(async (node) => {
      const result = await work(node);
      run.count({ done: ++done, of: nodes.length, unit: "nodes" });
      return result;
    }),
  );
}

/** Runs one step and puts its name, and the name of the node that failed, on what goes wrong in it. */
export async function step<T>(run: Run, name: string, body: () => Promise<T>): Promise<T> {
  const began = Math.floor(Date.now() / 1_000);
  try {
    run.signal.throwIfAborted();
    run.report(name);
    return await body();
  } catch (error) {
    // A node whose container ended takes its connections with it; the end is the reason, not they.
    const cause: unknown = run.signal.aborted
      ? run.signal.reason
      : ((await endedContainer(run.nodes)) ?? error);
    if (run.signal.aborted && !(cause instanceof ContainerExitedError)) throw cause;
    throw new StepError(name, await detailOf(run.nodes, cause, began), cause);
  }
}

/** What went wrong, on which node where that is known, and whether it says that its disk is full. */
async function detailOf(nodes: readonly Node[], error: unknown, began: number): Promise<string> {
  const message =
    error instanceof WaitTimeoutError || error instanceof RpcTimeoutError
      ? pointing(messageOf(error), "a-step-took-too-long")
      : messageOf(error);
  if (!(error instanceof RpcError)) return message;
  const node = nodes.find(
    ({ rpc }) => error.url === rpc.url || error.url.startsWith(`${rpc.url}/`),
  );
  if (node === undefined) return message;
  const full = await diskFullLine(node, began);
  const told = `${node.name}: ${message}`;
  return full === undefined ? told : pointing(`${told}; its log says: ${full}`, "disk-full");
}
