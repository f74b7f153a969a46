import { createReadStream } from "node:fs";
import { rm } from "node:fs/promises";
import path from "node:path";

import type Docker from "dockerode";

import { isError } from "../base/is-error.ts";
import { engineError } from "../engine/engine-error.ts";
import { label, type Kind } from "../engine/labels.ts";
import { ownImage, registryImage, release } from "./base-image.ts";
import { runCommand } from "../base/command.ts";
import { followProgress } from "../engine/progress.ts";
import { pullImage } from "../engine/registry-images.ts";
import { installPackages, type EngineOptions } from "./engine.ts";
import { findOnPath } from "../base/files/files.ts";

export interface BaseImageOptions extends EngineOptions {
  /** Whether a package that this needs may be installed on this machine. A library never does that. */
  readonly mayInstall: boolean;
}

/** Pulls the base image, or makes one from Debian's packages. */
export async function getBaseImage(docker: Docker, options: BaseImageOptions): Promise<string> {
  const { progress, signal } = options;
  try {
    await progress.step(`Pulling ${registryImage}`, () =>
      pullImage(docker, registryImage, { signal }),
    );
    return registryImage;
  } catch (error) {
    signal.throwIfAborted();
    progress.note(
      `${registryImage} cannot be pulled (${isError(error) ? error.message : String(error)}).`,
    );
    await makeBaseImage(docker, options, error);
    return ownImage;
  }
}

/** What there is to know about a machine that has to make the base image. */
export interface BaseImageFacts {
  readonly root: boolean;
  readonly mayInstall: boolean;
  readonly mmdebstrap: boolean;
  readonly aptGet: boolean;
}

export function baseImageRemedy({
  root,
  mayInstall,
  mmdebstrap,
  aptGet,
}: BaseImageFacts): "make" | "install" | { readonly tell: string } {
  if (mmdebstrap) return "make";
  if (mayInstall && root && aptGet) return "install";
  return {
    tell:
      `${registryImage} cannot be pulled: make a registry reachable, load the image (docker load), set REGTEST_BASE_IMAGE to another ` +
      `Debian ${release} image, or install mmdebstrap to build one from Debian's packages`,
  };
}

async function makeBaseImage(
  docker: Docker,
  { cache, progress, signal, env, mayInstall }: BaseImageOptions,
  pullFailure: unknown,
): Promise<void> {
  const remedy = baseImageRemedy({
    root: process.getuid?.() === 0,
    mayInstall,
    mmdebstrap: findOnPath("mmdebstrap", env["PATH"]) !== undefined,
    aptGet: findOnPath("apt-get", env["PATH"]) !== undefined,
  });
  if (typeof remedy === "object") {
    throw new Error(remedy.tell, { cause: pullFailure });
  }
  if (remedy === "install") await installPackages(["mmdebstrap"], { cache, progress, signal });

  // By way of a file: a root file system that was made half-way must not become an image.
  const archive = path.join(cache.root, "debian.tar");
  try {
    await progress.step(`Building ${ownImage} from Debian's packages (mmdebstrap)`, async () => {
      await runCommand(
        "mmdebstrap",
        [
          "--variant=apt",
          "--include=ca-certificates",
          // The package lists of a testing release age fast.
          `--aptopt=Acquire::Check-Valid-Until "false"`,
          release,
          archive,
        ],
        { log: path.join(cache.logs, "mmdebstrap.log"), signal },
      );
      await importImage(docker, archive, signal);
    });
  } finally {
    await rm(archive, { force: true });
  }
}

async function importImage(docker: Docker, archive: string, signal: AbortSignal): Promise<void> {
  const [repo, tag] = ownImage.split(":");
  const kind: Kind = "base";
  const changes = `LABEL ${label.kind}=${kind}`;
  const options = { repo, tag, changes, abortSignal: signal };
  try {
    const answer = await docker.importImage(createReadStream(archive), options);
    await followProgress(answer, { signal, status: () => undefined });
  } catch (error) {
    throw engineError(error);
  }
}
