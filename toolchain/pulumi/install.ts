import { mkdir, rm } from "node:fs/promises";
import path from "node:path";

import type { Amount } from "../../base/progress/amount.ts";
import { DownloadError, downloadVerified, unpack } from "../../base/files/download.ts";
import { replaceFolder } from "../../base/files/files.ts";
import { buildPulumi, type BuildOptions } from "./build.ts";
import { stampPulumi } from "./cli.ts";
import { PULUMI_VERSION } from "./versions.ts";

export interface InstallOptions extends BuildOptions {
  readonly downloadBase: URL;
}

/**
 * Puts CLI and language host into the cache: from the official archive, or built where that cannot be had.
 * @returns the folder they are in
 */
export async function installPulumi(options: InstallOptions): Promise<string> {
  const { cache, progress } = options;
  await replaceFolder(cache.pulumi, async (aside) => {
    try {
      await progress.step(`Fetching the Pulumi CLI ${PULUMI_VERSION}`, (count) =>
        fetchPulumi(aside, options, count),
      );
      await stampPulumi(aside, "download");
    } catch (error) {
      if (!(error instanceof DownloadError)) throw error;
      progress.note(`The official archive is ${error.reason} (${error.message}).`);
      await buildPulumi(aside, options);
      await stampPulumi(aside, "build");
    }
  });
  return path.join(cache.pulumi, "bin");
}

/** The name of a release's archive: "pulumi-v3.259.0-linux-x64.tar.gz". */
export function archiveName(platform: NodeJS.Platform, arch: string): string {
  return `pulumi-v${PULUMI_VERSION}-${platform}-${arch}.tar.gz`;
}

/** The name of a release's file of SHA-256 checksums (.github/workflows/sign.yml of pulumi/pulumi). */
export const checksumsName = `pulumi-${PULUMI_VERSION}-checksums.txt`;

async function fetchPulumi(
  folder: string,
  { downloadBase, signal }: InstallOptions,
  count: (amount: Amount) => void,
): Promise<void> {
  const archive = path.join(folder, "archive.tar.gz");
  const name = archiveName(process.platform, process.arch);
  await downloadVerified(downloadBase, name, checksumsName, archive, { signal, count });
  const bin = path.join(folder, "bin");
  await mkdir(bin, { recursive: true });
  await unpack(archive, bin, signal);
  await rm(archive);
}
