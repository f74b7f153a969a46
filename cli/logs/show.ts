import type { Steps } from "../../base/progress/steps.ts";
import { containerNamed, type MemberContainer } from "../../bootstrap/status/member-containers.ts";
import { linePrinter } from "./print.ts";
import { networkLog, readSince } from "./read.ts";

export interface ShownLogs {
  /** Names of nodes and services. Default, when there are none: all. */
  readonly names: readonly string[];
  readonly follow?: boolean;
  /** As it was typed, see {@link readSince}. */
  readonly since?: string;
  readonly tail?: number;
  readonly json?: boolean;
}

interface Logging {
  readonly containers: readonly MemberContainer[];
  readonly progress: Steps;
  readonly signal: AbortSignal;
}

/** Prints the logs of a network's containers, merged by time. */
export async function showLogs(
  { containers, progress, signal }: Logging,
  { names, follow = false, since, tail, json = false }: ShownLogs,
): Promise<void> {
  const chosen =
    names.length === 0 ? containers : names.map((name) => containerNamed(containers, name));
  for (const { name, state, unknown } of chosen) {
    if (unknown !== undefined) progress.note(`${name}: ${unknown}`);
    else if (state === "gone") progress.note(`${name}: its container is gone, and its log with it`);
  }
  const print = linePrinter(
    containers.map(({ name }) => name),
    json,
  );
  const from = since === undefined ? undefined : readSince(since);
  for await (const line of networkLog(chosen, { follow, since: from, tail, signal })) {
    await print(line);
  }
}
