import * as pulumi from "@pulumi/pulumi";

import { findOnPath } from "../base/files/files.ts";
import { fromProject } from "../base/files/paths.ts";
import { pulumiFile } from "../provider/regtest/pulumi-file.ts";

const plugin = "pulumi-resource-regtest";

/**
 * Refuses to go on where Pulumi would not find the plugin of this package: it would ask the internet for one, and
 * its error does not say what to add.
 * @throws pulumi.RunError with the lines for Pulumi.yaml
 */
export function refuseWithoutPlugin(
  project = pulumi.getProject(),
  folder = process.cwd(),
  env: NodeJS.ProcessEnv = process.env,
): void {
  const declared = pulumiFile(project, folder);
  // In either style of YAML.
  if (declared === undefined || /\bname["']?: *["']?regtest["']? *(?:[,}#]|$)/m.test(declared))
    return;
  if (findOnPath(plugin, env["PATH"]) !== undefined) return;
  throw new pulumi.RunError(
    [
      "Pulumi does not find the plugin of RegtestNetwork: add these lines to Pulumi.yaml",
      "  plugins:",
      "    providers:",
      `      - { name: regtest, path: ${fromProject("provider/regtest")} }`,
    ].join("\n"),
  );
}
