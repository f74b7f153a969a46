import { cachePaths } from "../../base/files/paths.ts";
import { findOnPath } from "../../base/files/files.ts";
import { streamProgress } from "../../base/progress/stream.ts";
import { installPackages } from "../../toolchain/engine.ts";

/**
 * Path of a program that tests need; Debian's packages bring it where it is missing.
 * @param searched as PATH has it
 * @throws Error that says what to install, where this cannot be done here
 */
export async function installedProgram(
  name: string,
  packages: readonly string[],
  searched = process.env["PATH"],
): Promise<string> {
  const there = findOnPath(name, searched);
  if (there !== undefined) return there;
  const aptGet = findOnPath("apt-get", process.env["PATH"]);
  if (aptGet === undefined || process.getuid?.() !== 0)
    throw new Error(`these tests need ${name}: install Debian's ${packages.join(" and ")}`);
  await installPackages(packages, {
    cache: cachePaths(),
    progress: streamProgress(process.stderr),
    signal: AbortSignal.timeout(280_000),
  });
  const installed = findOnPath(name, searched);
  if (installed === undefined) throw new Error(`${name} was installed and is not on PATH`);
  return installed;
}
