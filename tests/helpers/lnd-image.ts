/** lnd for tests: its official image, or where no registry can be reached, one built from pinned Go modules. */
import { createHash } from "node:crypto";
import { copyFile, mkdir, readFile } from "node:fs/promises";
import path from "node:path";

import type Docker from "dockerode";

import { withLock } from "../../base/files/lock.ts";
import { cachePaths, packageFolder } from "../../base/files/paths.ts";
import { isError } from "../../base/is-error.ts";
import { streamProgress } from "../../base/progress/stream.ts";
import type { Progress } from "../../base/progress/steps.ts";
import { buildImage } from "../../engine/build/build-image.ts";
import { connectEngine } from "../../engine/client.ts";
import { unlessStatus } from "../../engine/engine-error.ts";
import { label } from "../../engine/labels.ts";
import { pullImage } from "../../engine/registry-images.ts";
import { baseImageOn } from "../../toolchain/ensure.ts";
import { buildGoProgram, goProblemHere } from "../../toolchain/go/build.ts";
import { tempFolder } from "./temp-folder.ts";

/** What examples/lightning names. tests/lnd/go.mod has the same version. */
export const officialLnd = "lightninglabs/lnd:v0.18.5-beta";

/** Milliseconds: on a busy machine, minutes go by until lnd is built. */
export const lndLimitMs = 20 * 60_000;

const recipe = path.join(packageFolder, "tests/lnd");

/**
 * Parts of the RPC that clients ask for, and lnd's own tag for tests: a wallet is opened in milliseconds, where
 * hashing its password otherwise takes seconds and 256 MB. The password is a fixed one in any case.
 */
const tags = ["chainrpc", "invoicesrpc", "signrpc", "walletrpc", "lowscrypt"];

/** Name of the image of {@link lndImage}, if the engine has it already. */
export async function findLndImage(docker: Docker): Promise<string | undefined> {
  for (const name of [await builtImage(), officialLnd])
    if (await isThere(docker, name)) return name;
  return undefined;
}

async function builtImage(): Promise<string> {
  return `regtest-network/lnd:${await recipeDigest()}`;
}

/**
 * Name of an image with lnd on the engine: `lnd` is its entry point, lncli and a shell are on PATH. It stays, for the
 * next run.
 */
export async function lndImage(
  progress: Progress = streamProgress(process.stderr),
): Promise<string> {
  const docker = await connectEngine();
  const signal = AbortSignal.timeout(lndLimitMs);
  const found = await findLndImage(docker);
  if (found !== undefined) return found;
  const { root } = cachePaths();
  await mkdir(root, { recursive: true });
  const what = "getting an image of lnd";
  const options = { what, progress, signal, staleMs: 60_000, limitMs: lndLimitMs };
  return await withLock(path.join(root, "lnd.lock"), options, async () => {
    const inTheMeantime = await findLndImage(docker);
    if (inTheMeantime !== undefined) return inTheMeantime;
    try {
      await progress.step(`Pulling ${officialLnd}`, () =>
        pullImage(docker, officialLnd, { signal }),
      );
      return officialLnd;
    } catch (error) {
      signal.throwIfAborted();
      const why = isError(error) ? error.message : String(error);
      progress.note(`${officialLnd} cannot be pulled (${why}).`);
    }
    const built = await builtImage();
    await buildLnd(docker, built, { progress, signal });
    return built;
  });
}

/** @throws Error that says what to install where there is no Go, or one too old */
export async function buildLnd(
  docker: Docker,
  name: string,
  { progress, signal }: { readonly progress: Progress; readonly signal: AbortSignal },
  env: NodeJS.ProcessEnv = process.env,
): Promise<void> {
  const reason = {
    why: `${officialLnd} cannot be pulled, so lnd has to be built`,
    instead: `load that image (docker load)`,
  };
  const problem = await goProblemHere(recipe, reason, env);
  if (problem !== undefined) throw new Error(problem);
  await using context = await tempFolder();
  for (const program of ["lnd", "lncli"]) {
    const main = `github.com/lightningnetwork/lnd/cmd/${program}`;
    const target = path.join(context.path, program);
    const log = path.join(cachePaths().logs, `build-${program}.log`);
    await progress.step(`Building ${program} from Go modules (some minutes)`, () =>
      buildGoProgram({ package: main, folder: recipe, target, tags }, { log, env, signal }),
    );
  }
  await copyFile(path.join(recipe, "Dockerfile"), path.join(context.path, "Dockerfile"));
  const base = await baseImageOn(docker, { progress, signal });
  await progress.step(`Building the image ${name}`, () =>
    buildImage(
      docker,
      name,
      {
        context: context.path,
        dockerfile: path.join(context.path, "Dockerfile"),
        buildArgs: { BASE: base },
        forceRemove: true,
        labels: { [label.kind]: "base" },
      },
      { signal, status: () => undefined },
    ),
  );
}

/** Of all that decides what is in the image. */
async function recipeDigest(): Promise<string> {
  const hash = createHash("sha256").update(tags.join());
  for (const file of ["Dockerfile", "go.mod", "go.sum"])
    hash.update(await readFile(path.join(recipe, file)));
  return hash.digest("hex").slice(0, 12);
}

async function isThere(docker: Docker, name: string): Promise<boolean> {
  const found = await docker.getImage(name).inspect().catch(unlessStatus(404));
  return found !== undefined;
}
