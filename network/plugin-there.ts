import { accessSync, constants, existsSync, readFileSync } from "node:fs";
import path from "node:path";

import * as pulumi from "@pulumi/pulumi";

import { fromProject } from "../base/files/paths.ts";

const plugin = "pulumi-resource-regtest";

/**
 * Refuses to go on where Pulumi would not find the plugin of this package: it would ask the internet for one, and
 * its error does not say what to add.
 * @throws pulumi.RunError with the lines for Pulumi.yaml
 */
export function refuseWithoutPlugin(
  folder = process.cwd(),
  env: NodeJS.ProcessEnv = process.env,
): void {
  if (isDeclared(folder) || isOnPath(env["PATH"] ?? "")) return;
  throw new pulumi.RunError(
    [
      "Pulumi does not find the plugin of RegtestNetwork: add these lines to Pulumi.yaml",
      "  plugins:",
      "    providers:",
      `      - { name: regtest, path: ${fromProject("provider/regtest")} }`,
    ].join("\n"),
  );
}

/**
 * Whether the project's file names a plugin `regtest`, in either style of YAML. The program runs in the project's
 * folder, or in one below it (`main`); without such a file there is nothing to say.
 */
function isDeclared(folder: string): boolean {
  const file = path.join(folder, "Pulumi.yaml");
  if (existsSync(file))
    return /\bname["']?:\s*["']?regtest["']?\s*(?:[,}#]|$)/m.test(readFileSync(file, "utf8"));
  const parent = path.dirname(folder);
  return parent === folder || isDeclared(parent);
}

function isOnPath(folders: string): boolean {
  return folders.split(path.delimiter).some((folder) => {
    try {
      accessSync(path.join(folder, plugin), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
