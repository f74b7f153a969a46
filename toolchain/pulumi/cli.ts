import { execFile } from "node:child_process";
import { stat } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";

import { findOnPath, readRecord, sizeOf, writeWhole } from "../../base/files/files.ts";
import type { CachePaths } from "../../base/files/paths.ts";
import { pointing } from "../../base/troubleshooting.ts";
import { isAtLeast } from "../../base/versions.ts";
import { PULUMI_VERSION } from "./versions.ts";

/** The programs that make a CLI for this project, and both must be there. */
export const pulumiPrograms = ["pulumi", "pulumi-language-nodejs"] as const;

/** Where a CLI in the cache came from. */
export type PulumiSource = "download" | "build";

/** Milliseconds that `pulumi version` may take. */
const versionLimitMs = 30_000;

/**
 * The folder of a CLI that is ready to use: of one on PATH that is recent enough and has its language host, or of
 * the one in the cache when it is whole and of the pinned version.
 */
export async function findPulumi(
  cache: CachePaths,
  searchPath: string | undefined,
): Promise<string | undefined> {
  return (await findOnPathRecentEnough(cache, searchPath)) ?? (await findInCache(cache));
}

async function findOnPathRecentEnough(
  cache: CachePaths,
  searchPath = "",
): Promise<string | undefined> {
  const own = path.join(cache.pulumi, "bin");
  const others = searchPath.split(path.delimiter).filter((folder) => path.resolve(folder) !== own);
  const found = findOnPath("pulumi", others.join(path.delimiter));
  if (found === undefined) return undefined;
  const folder = path.dirname(found);
  const host = findOnPath("pulumi-language-nodejs", [folder, ...others].join(path.delimiter));
  if (host === undefined) return undefined;
  const version = await versionOf(found, cache);
  return version !== undefined && isAtLeast(version, PULUMI_VERSION) ? folder : undefined;
}

/** What `pulumi version` says, asked once for each file: it takes a fifth of a second. */
async function versionOf(program: string, cache: CachePaths): Promise<string | undefined> {
  const { size, mtimeMs } = await stat(program);
  const known = await readRecord(cache.foundPulumi);
  if (known?.["program"] === program && known["size"] === size && known["mtimeMs"] === mtimeMs) {
    return typeof known["version"] === "string" ? known["version"] : undefined;
  }
  const version = await askVersion(program);
  if (version !== undefined) {
    await writeWhole(cache.foundPulumi, JSON.stringify({ program, size, mtimeMs, version }));
  }
  return version;
}

/** What `pulumi version` says; `undefined` when it does not run. */
export async function askVersion(program: string): Promise<string | undefined> {
  try {
    const { stdout } = await promisify(execFile)(program, ["version"], {
      timeout: versionLimitMs,
      env: { ...process.env, PULUMI_SKIP_UPDATE_CHECK: "true" },
    });
    return stdout.trim();
  } catch {
    return undefined;
  }
}

async function findInCache(cache: CachePaths): Promise<string | undefined> {
  const stamp = await readRecord(stampFile(cache.pulumi));
  if (stamp?.["version"] !== PULUMI_VERSION) return undefined;
  const sizes = stamp["sizes"] as Record<string, unknown> | undefined;
  for (const program of pulumiPrograms) {
    const size = await sizeOf(path.join(cache.pulumi, "bin", program));
    if (size === undefined || size !== sizes?.[program]) return undefined;
  }
  return path.join(cache.pulumi, "bin");
}

/**
 * Says what lies in a CLI folder, as the last thing before it is put in place. The sizes tell a broken file
 * without running it.
 * @throws {Error} when it does not run or is of another version
 */
export async function stampPulumi(folder: string, source: PulumiSource): Promise<void> {
  const program = path.join(folder, "bin", "pulumi");
  const version = await askVersion(program);
  if (version !== `v${PULUMI_VERSION}`) {
    throw new Error(
      pointing(
        `the Pulumi CLI made by ${source} ${version === undefined ? "does not run" : `is ${version}`}; ` +
          `expected v${PULUMI_VERSION}`,
        "a-download-failed",
      ),
    );
  }
  const sizes = Object.fromEntries(
    await Promise.all(
      pulumiPrograms.map(async (name) => [name, await sizeOf(path.join(folder, "bin", name))]),
    ),
  ) as Record<string, number | undefined>;
  await writeWhole(stampFile(folder), JSON.stringify({ version: PULUMI_VERSION, source, sizes }));
}

function stampFile(folder: string): string {
  return path.join(folder, "stamp.json");
}
