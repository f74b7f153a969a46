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
    return projectName(text) === project ? text : undefined;
  }
  const parent = path.dirname(folder);
  return parent === folder ? undefined : pulumiFile(project, parent);
}

/** Name of the project, as Pulumi.yaml has it in its usual form, which needs no parser of YAML. */
export function projectName(pulumiYaml: string): string | undefined {
  return /^name:[ \t]+(["']?)([\w.-]+)\1[ \t]*(?:#.*)?$/m.exec(pulumiYaml)?.[2];
}

/** URL of the backend that Pulumi.yaml names, in its usual form; empty where it names one in another. */
export function projectBackend(pulumiYaml: string): string | undefined {
  const named = /^backend:(?:\s+url:[ \t]+(["']?)([^\s"']+)\1[ \t]*(?:#.*)?$)?/m.exec(pulumiYaml);
  return named === null ? undefined : (named[2] ?? "");
}
