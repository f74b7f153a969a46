/** Programs of Debian testing beside this machine's own: engines that are newer than what its packages have. */
import { mkdir, rename, rm, symlink } from "node:fs/promises";
import { lstatSync } from "node:fs";
import path from "node:path";

import { runCommand } from "../../base/command.ts";
import { findOnPath, sizeOf } from "../../base/files/files.ts";
import { withLock } from "../../base/files/lock.ts";
import { cachePaths } from "../../base/files/paths.ts";
import { streamProgress } from "../../base/progress/stream.ts";
import { release } from "../../toolchain/base-image.ts";
import { installPackages } from "../../toolchain/engine.ts";

const onPath = (program: string): boolean => findOnPath(program, process.env["PATH"]) !== undefined;

/**
 * Whether this machine and this user can have one: its /usr is put in the place of this machine's, which must have all
 * programs and libraries in there, as Debian has it.
 */
export const debianSystemPossible =
  process.getuid?.() === 0 &&
  ["unshare", "nsenter", "apt-get"].every(onPath) &&
  lstatSync("/bin").isSymbolicLink();

/** What dockerd needs, and slirp4netns for its way out of a network of its own. */
const enginePackages = ["base-files", "docker.io", "iptables", "slirp4netns"];

/** Milliseconds: on a busy machine, or a slow line. */
const limitMs = 15 * 60_000;

/**
 * Folder with a root file system of Debian testing that holds these packages, unpacked and not set up. It stays for
 * the next run; whoever wants today's packages removes it.
 */
export async function debianSystem(
  name = "docker",
  packages: readonly string[] = enginePackages,
): Promise<string> {
  const cache = cachePaths();
  const folder = path.join(cache.root, "systems", `${release}-${name}`);
  const isThere = async (): Promise<boolean> => (await sizeOf(folder)) !== undefined;
  if (await isThere()) return folder;
  await mkdir(path.dirname(folder), { recursive: true });
  const progress = streamProgress(process.stderr);
  const signal = AbortSignal.timeout(limitMs);
  const options = { what: `unpacking ${name} of Debian ${release}`, progress, signal, limitMs };
  await withLock(`${folder}.lock`, { ...options, staleMs: 60_000 }, async () => {
    if (await isThere()) return;
    if (!onPath("mmdebstrap")) await installPackages(["mmdebstrap"], { cache, progress, signal });
    await progress.step(`Unpacking ${name} of Debian ${release} (mmdebstrap)`, async () => {
      const half = `${folder}.half`;
      await rm(half, { recursive: true, force: true });
      const args = [
        "--variant=extract",
        `--include=${packages.join(",")}`,
        // The package lists of a testing release age fast.
        `--aptopt=Acquire::Check-Valid-Until "false"`,
        ...[release, half],
      ];
      const log = path.join(cache.logs, `mmdebstrap-${name}.log`);
      await runCommand("mmdebstrap", args, { log, signal });
      // What a package's set-up would choose.
      for (const program of ["iptables", "ip6tables"]) {
        await symlink("xtables-nft-multi", path.join(half, "usr/sbin", program));
      }
      await rename(half, folder);
    });
  });
  return folder;
}

/**
 * Program and arguments that run a command with the programs and libraries of that system. Nothing else differs: paths
 * below /tmp, /etc or the project's folder are the same for it.
 */
export function inSystem(folder: string): readonly string[] {
  return mounted(path.join(folder, "usr"), "/usr");
}

/** Program and arguments that run a command for which `source` is at `target`. */
export function mounted(source: string, target: string): readonly string[] {
  return ["unshare", "--mount", "sh", "-c", `mount --bind "$0" ${target} && exec "$@"`, source];
}
