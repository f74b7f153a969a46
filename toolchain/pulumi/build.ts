import path from "node:path";

import type { CachePaths } from "../../base/files/paths.ts";
import { packageFolder } from "../../base/files/paths.ts";
import type { Progress } from "../../base/progress/steps.ts";
import { together } from "../../base/together.ts";
import { pointing } from "../../base/troubleshooting.ts";
import { buildGoProgram, goProblemHere, type GoReason } from "../go/build.ts";
import { PULUMI_VERSION } from "./versions.ts";

/** What is built from Go modules. */
const builds = [
  {
    title: `Building the Pulumi CLI ${PULUMI_VERSION} from Go modules (some minutes)`,
    folder: path.join(packageFolder, "toolchain", "pulumi-cli"),
    package: "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi",
    program: "pulumi",
    // What the official build sets; a CLI that does not know its version refuses plugins.
    variables: `-X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=v${PULUMI_VERSION}`,
  },
  {
    title: "Building Pulumi's Node.js language host from Go modules",
    folder: path.join(packageFolder, "toolchain", "language-host"),
    package: "github.com/pulumi/pulumi/sdk/v3/nodejs/cmd/pulumi-language-nodejs",
    program: "pulumi-language-nodejs",
    variables: "",
  },
] as const;

const reason: GoReason = {
  why: `the Pulumi CLI ${PULUMI_VERSION} is not on PATH and has to be built`,
  instead: `the Pulumi CLI ${PULUMI_VERSION} or later (https://www.pulumi.com/docs/install)`,
};

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
  { cache, progress, signal = new AbortController().signal, env }: BuildOptions,
): Promise<void> {
  // The CLI is the more demanding of the two.
  const problem = await goProblemHere(builds[0].folder, reason, env);
  if (problem !== undefined) throw new Error(pointing(problem, "a-download-failed"));
  const build = async (
    { title, program, ...build }: (typeof builds)[number],
    signal: AbortSignal,
  ): Promise<void> => {
    const log = path.join(cache.logs, `build-${program}.log`);
    const target = path.join(folder, "bin", program);
    await progress.step(title, () => buildGoProgram({ ...build, target }, { log, env, signal }));
  };
  // At once: while modules are fetched, and at the end when the CLI is linked, one alone leaves processors idle.
  await together(
    signal,
    builds.map((one) => (signal: AbortSignal) => build(one, signal)),
  );
}
