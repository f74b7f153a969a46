/** A stack's state as a backend in files has it. */
import { homedir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";

import { readRecord } from "../../base/files/files.ts";

/** A resource in a stack's state, as `pulumi stack export` has it. */
export interface RecordedResource {
  readonly type: string;
  readonly id?: string;
}

/** `urn:pulumi:STACK::PROJECT::…`, of any resource of the stack. */
export function stackOf(urn: string): { readonly stack: string; readonly project: string } {
  const [stack = "", project = ""] = urn.slice("urn:pulumi:".length).split("::");
  return { stack, project };
}

/** The folder of a backend in files; undefined where it is a service, or nothing names one. */
export function backendFolder(url: string | undefined): string | undefined {
  if (url?.startsWith("file://") !== true) return undefined;
  return fileURLToPath(url.replace(/^file:\/\/~/, `file://${homedir()}`));
}

/** Where a backend in that folder keeps a stack, unless it compresses it. */
export function stateFile(folder: string, project: string, stack: string): string {
  return path.join(folder, ".pulumi/stacks", project, `${stack}.json`);
}

/**
 * What the stack's state has; undefined where it is in no file of this machine. While an update of the stack runs it is
 * written again and again: one that is not whole says nothing.
 * @param urn as for {@link stackOf}
 * @param env the backend is that of `PULUMI_BACKEND_URL`, or where `pulumi login` led
 */
export async function recordedResources(
  urn: string,
  env: NodeJS.ProcessEnv = process.env,
): Promise<readonly RecordedResource[] | undefined> {
  const folder = backendFolder(env["PULUMI_BACKEND_URL"] ?? (await loggedIn(env)));
  if (folder === undefined) return undefined;
  const { stack, project } = stackOf(urn);
  const state = (await readRecord(stateFile(folder, project, stack))) as State | undefined;
  return state?.checkpoint?.latest?.resources;
}

async function loggedIn(env: NodeJS.ProcessEnv): Promise<string | undefined> {
  const home = env["PULUMI_HOME"] ?? path.join(homedir(), ".pulumi");
  const { current } = (await readRecord(path.join(home, "credentials.json"))) ?? {};
  return typeof current === "string" ? current : undefined;
}

interface State {
  readonly checkpoint?: {
    readonly latest?: { readonly resources?: readonly RecordedResource[] };
  };
}
