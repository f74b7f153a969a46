/** The files of a test's stack: its config in the project's folder, its state on the run's own backend. */
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";

import { projectFolder } from "../../base/files/paths.ts";
import { onceInRun } from "./run.ts";

export function configFile(name: string): string {
  return path.join(projectFolder, `Pulumi.${name}.yaml`);
}

export function stateFile(name: string): string {
  const backend = fileURLToPath(process.env["PULUMI_BACKEND_URL"] ?? "");
  return path.join(backend, ".pulumi/stacks/regtest-network", `${name}.json`);
}

export async function removeStackFiles(name: string): Promise<void> {
  for (const file of [configFile(name), stateFile(name), `${stateFile(name)}.bak`])
    await rm(file, { force: true });
}

/** What the CLI writes of a new stack. */
interface NewStack {
  readonly name: string;
  readonly config: string;
  readonly state: string;
}

/**
 * Does what `pulumi stack init` does, which takes half a second of CPU time: it is run once in a run, and what it wrote
 * is copied under other names. So all stacks of a run have one salt, and one key.
 * @param init runs `pulumi stack init` for a stack of this name
 */
export async function makeStackFiles(
  name: string,
  init: (name: string) => Promise<unknown>,
): Promise<void> {
  const first = await onceInRun<NewStack>("new-stack", async () => {
    const first = `${name}-first`;
    await init(first);
    const [config, state] = await Promise.all(
      [configFile(first), stateFile(first)].map((file) => readFile(file, "utf8")),
    );
    await removeStackFiles(first);
    return { name: first, config: config ?? "", state: state ?? "" };
  });
  await mkdir(path.dirname(stateFile(name)), { recursive: true });
  await writeFile(configFile(name), first.config);
  await writeFile(stateFile(name), first.state.replaceAll(`/${first.name}"`, `/${name}"`));
}
