import path from "node:path";

import { packageFolder } from "../../base/files/paths.ts";

/** Runs a development tool with this Node on this process's output. It ends with this process. Returns its exit code. */
export async function runTool(name: string, args: readonly string[]): Promise<number> {
  const { execa } = await import("execa");
  const script = path.join(packageFolder, "node_modules", ".bin", name);
  const { exitCode } = await execa(process.execPath, [script, ...args], {
    cwd: packageFolder,
    stdio: "inherit",
    reject: false,
  });
  return exitCode ?? 1;
}
