/** The stack of the project that the Pulumi CLI takes when nobody names one. */
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import path from "node:path";

import { readRecord } from "../base/files/files.ts";
import { type StackPlace, stateFile } from "../provider/regtest/state-file.ts";
import type { Environment } from "../toolchain/ensure.ts";
import { pulumiQuietly } from "./pulumi-cli.ts";
import { stackPlace } from "./stack-place.ts";

/** Creates the stack if there is none, and selects it: by the CLI, unless its files say that both is done. */
export async function selectStack(environment: Environment, stack: string): Promise<void> {
  const place = await stackPlace(environment, stack);
  if (place && existsSync(stateFile(place)) && (await isSelected(environment, place))) return;
  await pulumiQuietly(environment, ["stack", "select", "--create", stack]);
}

/** As the CLI notes it in its home, for each place of a project and each backend. */
async function isSelected(
  { env, folder }: Environment,
  { project, stack }: StackPlace,
): Promise<boolean> {
  const { PULUMI_HOME: home = "", PULUMI_BACKEND_URL: backend = "" } = env;
  const place = createHash("sha1").update(path.join(folder, "Pulumi.yaml")).digest("hex");
  const noted = path.join(home, "workspaces", `${project}-${place}-workspace.json`);
  const { stacks } = ((await readRecord(noted)) ?? {}) as { stacks?: Record<string, string> };
  return stacks?.[backend] === `organization/${project}/${stack}`;
}
