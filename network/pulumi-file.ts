import { existsSync, readFileSync } from "node:fs";
import path from "node:path";

/**
 * Pulumi.yaml of the running program: in the folder that it runs in, or in one above (`main`). Undefined for one that
 * the Automation API runs as a function of another program.
 * @param project name of the program's project
 */
export function pulumiFile(project: string, folder = process.cwd()): string | undefined {
  const file = path.join(folder, "Pulumi.yaml");
  if (existsSync(file)) {
    const text = readFileSync(file, "utf8");
    const [, name] = /^name: *["']?(.*?)["']? *(?:#.*)?$/m.exec(text) ?? [];
    return name === project ? text : undefined;
  }
  const parent = path.dirname(folder);
  return parent === folder ? undefined : pulumiFile(project, parent);
}
