/** electrs for tests: the image that examples/indexer builds, built once and kept. */
import { createHash } from "node:crypto";
import { mkdir, readFile } from "node:fs/promises";
import path from "node:path";

import type Docker from "dockerode";

import { withLock } from "../../base/files/lock.ts";
import { cachePaths, packageFolder } from "../../base/files/paths.ts";
import { messageOf } from "../../base/message.ts";
import type { Progress } from "../../base/progress/steps.ts";
import { streamProgress } from "../../base/progress/stream.ts";
import { buildImage } from "../../engine/build/build-image.ts";
import { connectEngine } from "../../engine/client.ts";
import { unlessStatus } from "../../engine/engine-error.ts";
import { label } from "../../engine/labels.ts";
import { pullImage } from "../../engine/registry-images.ts";

/** Milliseconds: on a busy machine, compiling it takes more than 20 minutes. */
export const electrsLimitMs = 40 * 60_000;

export const electrsRecipe = path.join(packageFolder, "examples/indexer/electrs");

/** What the recipe starts from. */
export const electrsBase = "debian:bookworm-slim";

/** No image is there, and what it is made of cannot be reached from here. */
export class NoElectrsError extends Error {
  override readonly name = "NoElectrsError";
}

/**
 * Name of an image with electrs on the engine: the one that `ELECTRS_IMAGE` names, or that of the recipe, which stays
 * for the next run.
 * @throws NoElectrsError
 */
export async function electrsImage(
  progress: Progress = streamProgress(process.stderr),
  env: NodeJS.ProcessEnv = process.env,
): Promise<string> {
  const given = env["ELECTRS_IMAGE"];
  if (given !== undefined) return given;
  const docker = await connectEngine();
  const built = `regtest-network/electrs:${await recipeDigest()}`;
  if (await isThere(docker, built)) return built;
  const signal = AbortSignal.timeout(electrsLimitMs);
  const { root } = cachePaths();
  await mkdir(root, { recursive: true });
  const what = "getting an image of electrs";
  const options = { what, progress, signal, staleMs: 60_000, limitMs: electrsLimitMs };
  await withLock(path.join(root, "electrs.lock"), options, async () => {
    if (await isThere(docker, built)) return;
    await buildElectrs(docker, built, { progress, signal });
  });
  return built;
}

/** @throws NoElectrsError when its base or its crates cannot be reached; Error when they do not build */
export async function buildElectrs(
  docker: Docker,
  name: string,
  { progress, signal }: { readonly progress: Progress; readonly signal: AbortSignal },
): Promise<void> {
  const unreachable = (what: string, error: unknown): NoElectrsError => {
    signal.throwIfAborted();
    return new NoElectrsError(`${what} cannot be reached: ${messageOf(error)}`, { cause: error });
  };
  if (!(await isThere(docker, electrsBase)))
    await progress
      .step(`Pulling ${electrsBase}`, () => pullImage(docker, electrsBase, { signal }))
      .catch((error: unknown) => {
        throw unreachable(electrsBase, error);
      });
  await progress
    .step(`Building the image ${name} (5 to 20 minutes)`, () =>
      buildImage(
        docker,
        name,
        {
          context: electrsRecipe,
          dockerfile: path.join(electrsRecipe, "Dockerfile"),
          buildArgs: { BASE: electrsBase },
          forceRemove: true,
          labels: { [label.kind]: "base" },
        },
        { signal, status: () => undefined },
      ),
    )
    .catch((error: unknown) => {
      if (isUnreachable(messageOf(error))) throw unreachable("crates.io", error);
      throw error;
    });
}

/** Whether a build ended because cargo could not get the index or a crate, by the last lines of its output. */
export function isUnreachable(output: string): boolean {
  return /download of config\.json failed|failed to download from/.test(output);
}

/** Of all that decides what is in the image. */
async function recipeDigest(): Promise<string> {
  const dockerfile = await readFile(path.join(electrsRecipe, "Dockerfile"));
  return createHash("sha256").update(dockerfile).digest("hex").slice(0, 12);
}

async function isThere(docker: Docker, name: string): Promise<boolean> {
  const found = await docker.getImage(name).inspect().catch(unlessStatus(404));
  return found !== undefined;
}
