import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";

import { runCommand } from "../../base/command.ts";
import type { CachePaths } from "../../base/files/paths.ts";
import { packageFolder } from "../../base/files/paths.ts";
import type { Progress } from "../../base/progress/steps.ts";
import { pointing } from "../../base/troubleshooting.ts";
import { isAtLeast, PULUMI_VERSION } from "./versions.ts";

/** What is built from Go modules: folders with a go.mod and go.sum that pin all that goes in. */
const builds = [
  {
    title: `Building the Pulumi CLI ${PULUMI_VERSION} from Go modules (some minutes)`,
    folder: "pulumi-cli",
    package: "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi",
    program: "pulumi",
    // What the official build sets; a CLI that does not know its version refuses plugins.
    version: `-X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=v${PULUMI_VERSION}`,
  },
  {
    title: "Building Pulumi's Node.js language host from Go modules",
    folder: "language-host",
    package: "github.com/pulumi/pulumi/sdk/v3/nodejs/cmd/pulumi-language-nodejs",
    program: "pulumi-language-nodejs",
    version: "",
  },
] as const;

export interface BuildOptions {
  readonly cache: CachePaths;
  readonly progress: Progress;
  readonly signal?: AbortSignal | undefined;
  readonly env: NodeJS.ProcessEnv;
}

/**
 * Builds CLI and language host into `folder/bin`.
 * @throws {Error} that says what to install when there is no Go, or one too old
 */
export async function buildPulumi(
  folder: string,
  { cache, progress, signal, env }: BuildOptions,
): Promise<void> {
  const problem = goProblem(await askGo(env), await requiredGo());
  if (problem !== undefined) throw new Error(pointing(problem, "pulumi-cli"));
  for (const build of builds) {
    const target = path.join(folder, "bin", build.program);
    const flags = ["-trimpath", "-buildvcs=false", `-ldflags=-s -w ${build.version}`, "-o", target];
    await progress.step(build.title, () =>
      runCommand("go", ["build", ...flags, build.package], {
        cwd: path.join(packageFolder, "toolchain", build.folder),
        log: path.join(cache.logs, `build-${build.program}.log`),
        // No C compiler is needed, and no go.work further up the tree has a say.
        env: { ...env, CGO_ENABLED: "0", GOWORK: "off" },
        signal,
      }),
    );
  }
}

/** The Go on PATH: its version ("go1.26.8"), and whether it downloads a newer one ("local": it does not). */
export interface GoOnPath {
  readonly version: string;
  readonly toolchain: string;
}

/** Go 1.21 was the first that fetches the toolchain a go.mod asks for. */
const firstSelfUpdating = "1.21";

/** Why this Go cannot build the CLI, with what to install; `undefined` when it can. */
export function goProblem(go: GoOnPath | undefined, required: string): string | undefined {
  const ways =
    `install Go ${required} or later (https://go.dev/dl), ` +
    `or the Pulumi CLI ${PULUMI_VERSION} or later (https://www.pulumi.com/docs/install)`;
  const why = `the Pulumi CLI ${PULUMI_VERSION} is not on PATH and has to be built`;
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

/** The go line of the CLI's go.mod, the more demanding of the two. */
async function requiredGo(): Promise<string> {
  const file = path.join(packageFolder, "toolchain", "pulumi-cli", "go.mod");
  const version = /^go (\S+)$/m.exec(await readFile(file, "utf8"))?.[1];
  if (version === undefined) throw new Error(`${file} has no go line`);
  return version;
}
