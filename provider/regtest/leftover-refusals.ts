/** The refusal to go on where an interrupted run left what the stack's state does not know. */
import { execFile } from "node:child_process";
import { promisify } from "node:util";

import type Docker from "dockerode";

import type { CheckFailure, OperationContext } from "../server/handler.ts";
import { projectFolder } from "../../base/files/paths.ts";
import { isPassingName } from "../../engine/labels.ts";
import { pointing } from "../../base/troubleshooting.ts";
import { ownedThings, type RecordedResource, unrecorded } from "./leftovers.ts";
import type { GivenNames } from "../../bootstrap/plan/given-names.ts";

/** Set to 1 by a command that has just looked by itself, and removed what it found. */
export const recoveredVariable = "REGTEST_RECOVERED";

/** Milliseconds for the CLI to print a state. */
const exportLimit = 30_000;
/** Bytes. */
const largestState = 64 * 1024 * 1024;

/**
 * A failure for each container and network of the stack's that is not in its state: their names are
 * taken, and the engine's own error would not say by whom. The CLI alone knows the state, so it is
 * asked; where it does not answer, the engine is left to speak.
 */
export async function leftoverRefusals(
  docker: Docker,
  names: GivenNames,
  { urn, signal }: Pick<OperationContext, "urn" | "signal">,
): Promise<CheckFailure[]> {
  if (process.env[recoveredVariable] === "1") return [];
  const things = await ownedThings(docker, names);
  // Those of containers and networks alone are in the way, and of these not what has a random name.
  const named = things.filter(
    ({ what, name }) => what === "network" || (what === "container" && !isPassingName(name)),
  );
  if (named.length === 0) return [];
  const stack = stackOf(urn);
  const resources = await recordedResources(stack, signal);
  if (resources === undefined) return [];
  return unrecorded(named, resources).map(({ what, name }) => ({
    property: what === "network" ? "network" : "nodes",
    reason: pointing(
      `prefix: the ${what} ${name} is left of an interrupted run, and this stack's state does not know it; ` +
        `npm run up -- --stack ${stack} finds and removes it`,
      "left-by-an-interrupted-run",
    ),
  }));
}

/** What the stack's state has, as the CLI prints it. A running update's lock does not keep it from doing so. */
async function recordedResources(
  stack: string,
  signal: AbortSignal,
): Promise<readonly RecordedResource[] | undefined> {
  const args = ["stack", "export", "--non-interactive", "--stack", stack];
  try {
    const { stdout } = await promisify(execFile)("pulumi", args, {
      cwd: projectFolder,
      maxBuffer: largestState,
      signal: AbortSignal.any([signal, AbortSignal.timeout(exportLimit)]),
    });
    const { deployment } = JSON.parse(stdout) as ExportedState;
    return deployment.resources ?? [];
  } catch {
    signal.throwIfAborted();
    return undefined;
  }
}

interface ExportedState {
  readonly deployment: { readonly resources?: readonly RecordedResource[] };
}

/** `urn:pulumi:STACK::…` → `STACK`. */
function stackOf(urn: string): string {
  return urn.split("::", 1)[0]?.slice("urn:pulumi:".length) ?? "";
}
