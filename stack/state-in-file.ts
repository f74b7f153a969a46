/** A stack's state as its file has it, where the backend is a folder: what the CLI exports, without starting it. */
import { existsSync } from "node:fs";
import path from "node:path";

import { readRecord, readText } from "../base/files/files.ts";
import { projectName } from "../network/pulumi-file.ts";
import { backendFolder, stateFile } from "../provider/regtest/state-file.ts";
import type { Environment } from "../toolchain/ensure.ts";
import { passphraseSecrets } from "./passphrase-secrets.ts";
import type { Exported } from "./stack-state.ts";

/** The only form of the file that is read here; of any other the CLI is asked. */
const knownVersion = 3;

interface StateFile {
  readonly version?: number;
  readonly checkpoint?: {
    readonly latest?: Exported["deployment"] & {
      readonly secrets_providers?: { readonly type?: string; readonly state?: { salt?: string } };
    };
  };
}

export interface RecordedState {
  readonly exported: Exported;
  readonly decrypt: (ciphertext: string) => string;
}

/**
 * The state as it is at this moment: an update writes the file as a whole after each of its steps.
 * Undefined where only the CLI knows: of another backend, secrets provider or form, and of a stack that is not there.
 */
export async function stateInFile(
  environment: Environment,
  stack: string,
): Promise<RecordedState | undefined> {
  const file = await stateFileOf(environment, stack);
  if (file === undefined) return undefined;
  const { version, checkpoint } = ((await readRecord(file)) ?? {}) as StateFile;
  const { latest } = checkpoint ?? {};
  const { type, state } = latest?.secrets_providers ?? {};
  if (version !== knownVersion || type !== "passphrase" || state?.salt === undefined)
    return undefined;
  const decrypt = await passphraseSecrets(environment.env, state.salt);
  return latest === undefined || decrypt === undefined
    ? undefined
    : { exported: { deployment: latest }, decrypt };
}

/** Where a backend in a folder keeps the stack; undefined for one of another kind, or where it is kept otherwise. */
export async function stateFileOf(
  { env, folder }: Environment,
  stack: string,
): Promise<string | undefined> {
  const backend = backendFolder(env["PULUMI_BACKEND_URL"]);
  const project = projectName((await readText(path.join(folder, "Pulumi.yaml"))) ?? "");
  // A name may also have those of organization and project.
  if (backend === undefined || project === undefined || stack.includes("/")) return undefined;
  const file = stateFile(backend, project, stack);
  return existsSync(`${file}.gz`) ? undefined : file;
}
