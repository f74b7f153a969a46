/** A stack's state as a backend in files has it. */
import { existsSync } from "node:fs";
import path from "node:path";

import { readRecord } from "../../base/files/files.ts";
import { backendFolder } from "./backend.ts";
import { pulumiFile } from "./pulumi-file.ts";

/** A resource in a stack's state, as `pulumi stack export` has it. */
export interface RecordedResource {
  readonly urn: string;
  readonly type: string;
  readonly id?: string;
  /** URN of the component that it is part of, or of the stack. */
  readonly parent?: string;
  /** It was replaced, and has not been removed yet. */
  readonly delete?: boolean;
  readonly outputs?: Readonly<Record<string, unknown>>;
}

/** A stack's state, as far as it is read. */
export interface Deployment {
  readonly resources?: readonly RecordedResource[];
  readonly pending_operations?: readonly unknown[];
  readonly secrets_providers?: {
    readonly type?: string;
    readonly state?: { readonly salt?: string };
  };
}

interface StateFile {
  readonly version?: number;
  readonly checkpoint?: { readonly latest?: Deployment };
}

/** The only form of the file that is read here; of any other the CLI is asked. */
const knownVersion = 3;

/** A stack in a backend in files. */
export interface StackPlace {
  /** The backend's folder. */
  readonly backend: string;
  readonly project: string;
  readonly stack: string;
}

/** `urn:pulumi:STACK::PROJECT::…`, of any resource of the stack. */
export function stackOf(urn: string): Omit<StackPlace, "backend"> {
  const [stack = "", project = ""] = urn.slice("urn:pulumi:".length).split("::");
  return { stack, project };
}

/** Where the backend keeps the stack's state, unless it compresses it. */
export function stateFile({ backend, project, stack }: StackPlace): string {
  return path.join(backend, ".pulumi/stacks", project, `${stack}.json`);
}

/**
 * The state as it is at this moment: an update writes the file as a whole after each of its steps. Undefined where only
 * the CLI knows: of a stack that is not there, is compressed or in another form, and of a file that is not whole.
 */
export async function recordedState(place: StackPlace): Promise<Deployment | undefined> {
  const file = stateFile(place);
  if ([".gz", ".zst"].some((compressed) => existsSync(file + compressed))) return undefined;
  const { version, checkpoint } = ((await readRecord(file)) ?? {}) as StateFile;
  return version === knownVersion ? checkpoint?.latest : undefined;
}

/**
 * What the stack's state has; undefined where it is in no file of this machine that can be read here.
 * @param urn as for {@link stackOf}
 * @param env that of the Pulumi CLI, as a plugin gets it
 */
export async function recordedResources(
  urn: string,
  env: NodeJS.ProcessEnv = process.env,
): Promise<readonly RecordedResource[] | undefined> {
  const named = stackOf(urn);
  const backend = await backendFolder(env, pulumiFile(named.project), process.cwd());
  if (backend === undefined) return undefined;
  return (await recordedState({ backend, ...named }))?.resources;
}
