import path from "node:path";

import { readText } from "../base/files/files.ts";
import { backendFolder } from "../provider/regtest/backend.ts";
import { projectName } from "../provider/regtest/pulumi-file.ts";
import type { StackPlace } from "../provider/regtest/state-file.ts";
import type { Environment } from "../toolchain/ensure.ts";

/** In files the organization is always this one. */
const qualified = /^(?:organization\/(?:(?<project>[^/]+)\/)?)?(?<stack>[^/]+)$/;

/**
 * Where a backend in files keeps a stack; undefined where another backend does.
 * @param name as the Pulumi CLI takes it: also `organization/PROJECT/dev`
 */
export async function stackPlace(
  { env, folder }: Environment,
  name: string,
): Promise<StackPlace | undefined> {
  const pulumiYaml = await readText(path.join(folder, "Pulumi.yaml"));
  if (pulumiYaml === undefined) return undefined;
  const { project = projectName(pulumiYaml), stack } = qualified.exec(name)?.groups ?? {};
  const backend = await backendFolder(env, pulumiYaml, folder);
  if (backend === undefined || project === undefined || stack === undefined) return undefined;
  return { backend, project, stack };
}
