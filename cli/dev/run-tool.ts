import { spawn } from "node:child_process";
import path from "node:path";

import { packageFolder } from "../../base/files/paths.ts";

/** Runs a development tool with this Node on this process's output. */
export async function runTool(name: string, args: readonly string[]): Promise<number> {
  const script = path.join(packageFolder, "node_modules", ".bin", name);
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  spawn(process.execPath, [script, ...args], { cwd: packageFolder, stdio: "inherit" })
    .on("error", reject)
    .on("exit", (code) => {
      resolve(code ?? 1);
    });
  return promise;
}
