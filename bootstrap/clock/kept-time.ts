/**
 * The time that the nodes' clocks were set to. bitcoind forgets `setmocktime` when it ends, and then does
 * not start with a tip that is more than two hours ahead of its clock. So the time is kept in the datadir,
 * as whatever else must go where the chain goes: the entry point starts bitcoind with it, after a restart,
 * from a snapshot, in a clone. It stands still there, as bitcoind's mock time does.
 */
import type Docker from "dockerode";

import { pointing } from "../../base/troubleshooting.ts";
import { label } from "../../engine/labels.ts";
import { blocksAhead, isoTime, setClocks } from "./mocktime.ts";
import type { Node } from "../nodes/node.ts";
import { allNodes, type Run, type RunNodes } from "../nodes/run.ts";
import { keep, readKept } from "../containers/kept-file.ts";
import type { SeenContainer } from "../containers/stop-start.ts";

/** Name of the file in the datadir; entrypoint.sh reads it. Empty: none is kept. */
export const clockFile = "clock";

/** Seconds since 1970 that the node's clock was set to; undefined when it was not, or was put back. */
export async function keptTime(container: Docker.Container): Promise<number | undefined> {
  const content = await readKept(container, clockFile);
  return /^\d+$/.test(content) ? Number(content) : undefined;
}

/** Keeps the time for the node's next start; undefined: none. Whether the container runs or not. */
export async function keepTime(
  container: Docker.Container,
  seconds: number | undefined,
): Promise<void> {
  await keep(container, clockFile, seconds?.toString() ?? "");
}

/** The same on all nodes: the highest, should a run have been interrupted between two of them. */
export async function keptTimeOf({ nodes }: Pick<Run, "nodes">): Promise<number | undefined> {
  const kept = await Promise.all(nodes.map(({ container }) => keptTime(container)));
  const times = kept.filter((time) => time !== undefined);
  return times.length === 0 ? undefined : Math.max(...times);
}

/** Keeps the time for the next start of all nodes: of those that are stopped, the coming one. */
export async function keepTimeOnAll(run: RunNodes, seconds: number | undefined): Promise<void> {
  await Promise.all(allNodes(run).map(({ container }) => keepTime(container, seconds)));
}

/** Keeps the time on all nodes, and sets their clocks to it; undefined: to what they show by declaration. */
export async function setKeptTime(run: Run, seconds: number | undefined): Promise<void> {
  // First what a node starts with, so that none is ever left with blocks that it would not start with.
  await keepTimeOnAll(run, seconds);
  await setClocks(run, seconds ?? (await declaredTime(run)));
}

/** Where the clocks stand still after a start: where they were set to, else where they are declared to; undefined: they do not. */
export async function stillTime(run: Pick<Run, "nodes">): Promise<number | undefined> {
  return (await keptTimeOf(run)) ?? (await declaredTime(run));
}

/** What clocks show that nobody has set: config `mockTime`; undefined: the present. */
export async function declaredTime({
  nodes,
}: {
  readonly nodes: readonly Pick<Node, "container">[];
}): Promise<number | undefined> {
  const [first] = nodes;
  if (first === undefined) return undefined;
  return declaredTimeIn((await first.container.inspect()).Config.Cmd);
}

/** The same, from the arguments of one node's bitcoind. */
export function declaredTimeIn(command: readonly string[]): number | undefined {
  const [, seconds] = /^-mocktime=(\d+)$/m.exec(command.join("\n")) ?? [];
  return seconds === undefined ? undefined : Number(seconds);
}

/**
 * Sets all clocks to what they are to show: what somebody has set them to, else what is declared. Also of
 * a node that is new. Where only `setmocktime` by hand explains the chain, its tip's time is kept from now on.
 * @param mockTime config `mockTime`, in seconds since 1970
 */
export async function ensureClocks(run: Run, mockTime: number | undefined): Promise<void> {
  const kept = await keptTimeOf(run);
  const tip = await tipTime(run);
  const ahead = tip > (kept ?? mockTime ?? presentTime()) + blocksAhead;
  if (ahead) run.report(`set the clocks to ${isoTime(tip)}, the time of the newest block`);
  const time = ahead ? tip : kept;
  if (time === undefined) await setClocks(run, mockTime);
  else await setKeptTime(run, time);
}

/** @throws Error when a node's newest block is too new for the clock that it would start with */
export async function refuseUnexplainedTip(run: Run): Promise<void> {
  const clock = await stillTime(run);
  const tip = await tipTime(run);
  if (tip <= (clock ?? presentTime()) + blocksAhead) return;
  throw new Error(
    pointing(
      `the newest block has the time ${isoTime(tip)}, but a node would start with ${isoTime(clock ?? presentTime())}: ` +
        `it would refuse to start. Keep the time that you set by hand: npm run time -- set ${isoTime(tip)}; ` +
        "or discard the blocks: npm run reset",
      "block-from-the-future",
    ),
  );
}

/** @throws Error that names a node whose image has no entry point that reads the clock */
export function refuseWithoutClock(nodes: readonly SeenContainer[]): void {
  for (const { name, info } of nodes) {
    if (info.Config.Labels[label.clock] === clockFile) continue;
    throw new Error(
      `${name} runs an image of an older version, which would forget the time at its next start; ` +
        "npm run up replaces it with the current one, unless the stack was started from an older snapshot",
    );
  }
}

/** Seconds since 1970 of the newest block that any node has. */
export async function tipTime({ nodes }: Pick<Run, "nodes">): Promise<number> {
  const infos = await Promise.all(nodes.map(({ rpc }) => rpc.call("getblockchaininfo")));
  return Math.max(...infos.map(({ time }) => time));
}

export function presentTime(): number {
  return Math.floor(Date.now() / 1_000);
}
