/** Programs built from Go modules, where nothing ready-made can be had. */
import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";

import { runCommand } from "../../base/command.ts";
import { isAtLeast } from "../../base/versions.ts";

export interface GoProgram {
  /** Its main package. */
  readonly package: string;
  /** The folder whose go.mod and go.sum pin all that goes into it. */
  readonly folder: string;
  /** The file that it becomes. */
  readonly target: string;
  /** For the linker: variables that its official build sets. Default: none. */
  readonly variables?: string;
  /** Build tags. Default: none. */
  readonly tags?: readonly string[];
}

export interface GoBuildOptions {
  /** Gets the whole output, and is overwritten. */
  readonly log: string;
  readonly env: NodeJS.ProcessEnv;
  readonly signal?: AbortSignal | undefined;
}

export async function buildGoProgram(
  { package: name, folder, target, variables = "", tags = [] }: GoProgram,
  { log, env, signal }: GoBuildOptions,
): Promise<void> {
  const flags = ["-trimpath", "-buildvcs=false", `-ldflags=-s -w ${variables}`];
  await runCommand("go", ["build", ...flags, `-tags=${tags.join()}`, "-o", target, name], {
    cwd: folder,
    log,
    // No C compiler is needed, and no go.work further up the tree has a say.
    env: { ...env, CGO_ENABLED: "0", GOWORK: "off" },
    signal,
  });
}

/** Why a program is built, and what makes that needless: "… cannot be downloaded and has to be built", "the program itself (URL)". */
export interface GoReason {
  readonly why: string;
  readonly instead: string;
}

/** Why the programs of this folder cannot be built here, with what to install; `undefined` when they can. */
export async function goProblemHere(
  folder: string,
  reason: GoReason,
  env: NodeJS.ProcessEnv,
): Promise<string | undefined> {
  return goProblem(await askGo(env), await requiredGo(folder), reason);
}

/** The Go on PATH: its version ("go1.26.8"), and whether it downloads a newer one ("local": it does not). */
export interface GoOnPath {
  readonly version: string;
  readonly toolchain: string;
}

/** Go 1.21 was the first that fetches the toolchain a go.mod asks for. */
const firstSelfUpdating = "1.21";

/** As {@link goProblemHere}, of this Go. */
export function goProblem(
  go: GoOnPath | undefined,
  required: string,
  { why, instead }: GoReason,
): string | undefined {
  const ways = `install Go ${required} or later (https://go.dev/dl), or ${instead}`;
  if (go === undefined) return `${why}, but there is no Go: ${ways}`;
  if (isAtLeast(go.version, required)) return undefined;
  if (isAtLeast(go.version, firstSelfUpdating) && go.toolchain !== "local") return undefined;
  return `${why}, but ${go.version} is older than the Go ${required} it needs: ${ways}`;
}

async function askGo(env: NodeJS.ProcessEnv): Promise<GoOnPath | undefined> {
  try {
    const { stdout } = await promisify(execFile)("go", ["env", "GOVERSION", "GOTOOLCHAIN"], {
      env,
    });
    const [version = "", toolchain = ""] = stdout.split("\n");
    return { version, toolchain };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw new Error(`"go env" does not work; repair or remove the Go on PATH`, { cause: error });
  }
}

/** The go line of its go.mod. */
async function requiredGo(folder: string): Promise<string> {
  const file = path.join(folder, "go.mod");
  const version = /^go (\S+)$/m.exec(await readFile(file, "utf8"))?.[1];
  if (version === undefined) throw new Error(`${file} has no go line`);
  return version;
}
