/** bitcoind of an official Bitcoin Core release, as a folder that images/other builds from. */
import { createHash } from "node:crypto";
import { copyFile, cp, mkdir, rm } from "node:fs/promises";
import path from "node:path";

import type Docker from "dockerode";

import { type Reporter, reporter } from "../../base/progress/amount.ts";
import { downloadVerified, unpack } from "../../base/files/download.ts";
import { temporaryBeside, replaceFolder, sizeOf } from "../../base/files/files.ts";
import { withLock } from "../../base/files/lock.ts";
import { keptFolder, packageFolder } from "../../base/files/paths.ts";

export interface CoreReleaseOptions {
  /** As in 29.0. */
  readonly version: string;
  /** URL of the folder with a folder for each release, as https://bitcoincore.org/bin is. */
  readonly downloadBase: string;
  readonly signal: AbortSignal;
  readonly status: (message: string) => void;
}

/** Go's names of architectures → those of the releases. */
const platforms: Readonly<Record<string, string>> = { amd64: "x86_64", arm64: "aarch64" };

const programs = ["bitcoind", "bitcoin-cli"];

/**
 * Fetches the release for the engine's machine unless it is there, and compares it with its SHA256SUMS.
 * @returns the folder, from the one that plugins run in if it is below that
 * @throws DownloadError when it cannot be had or is not what its checksum says
 * @throws Error when there is none for the architecture
 */
export async function coreRelease(docker: Docker, options: CoreReleaseOptions): Promise<string> {
  const { version, downloadBase, signal, status } = options;
  const { Arch: architecture } = await docker.version();
  const platform = platforms[architecture];
  if (platform === undefined) {
    const known = Object.keys(platforms).join(" and ");
    throw new Error(
      `there are releases for ${known}, but the engine runs on ${architecture}; ` +
        'use image "debian" or an external one',
    );
  }
  const mirror = createHash("sha256").update(downloadBase).digest("hex").slice(0, 8);
  const folder = path.join(keptFolder, "core", `${version}-${platform}-${mirror}`);
  await mkdir(keptFolder, { recursive: true });
  const progress = {
    note: status,
    step: async <T>(title: string, work: (count: Reporter["count"]) => Promise<T>): Promise<T> => {
      const { report, count } = reporter(status);
      report(title);
      return await work(count);
    },
  };
  const lock = path.join(keptFolder, "core.lock");
  await withLock(lock, { what: "fetching Bitcoin Core", progress, signal }, async () => {
    if ((await sizeOf(folder)) === undefined) await fetchRelease(folder, platform, options);
    // What it is built with may have changed since.
    await cp(path.join(packageFolder, "images/other"), folder, { recursive: true });
  });
  // As an input of a resource has it: in a clone it moves with the project, and else with nothing.
  const fromHere = path.relative(process.cwd(), folder);
  return fromHere.startsWith("..") ? folder : fromHere;
}

async function fetchRelease(
  folder: string,
  platform: string,
  { version, downloadBase, signal, status }: CoreReleaseOptions,
): Promise<void> {
  const base = new URL(`${downloadBase.replace(/\/*$/, "")}/bitcoin-core-${version}/`);
  const name = `bitcoin-${version}-${platform}-linux-gnu.tar.gz`;
  const archive = temporaryBeside(`${folder}.tar.gz`);
  const unpacked = `${archive}.d`;
  try {
    const { report, count } = reporter(status);
    report(`fetch ${name}`);
    await downloadVerified(base, name, "SHA256SUMS", archive, { signal, count });
    await unpack(archive, unpacked, signal);
    await replaceFolder(folder, async (aside) => {
      await mkdir(path.join(aside, "bin"));
      for (const program of programs) {
        await copyFile(path.join(unpacked, "bin", program), path.join(aside, "bin", program));
      }
    });
  } finally {
    await rm(archive, { force: true });
    await rm(unpacked, { recursive: true, force: true });
  }
}
