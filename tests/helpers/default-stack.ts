/** One stack with the defaults for all files of a run that only look at one. */
import type Docker from "dockerode";

import { madeInRun, onceInRun } from "./run.ts";
import { sweepStack, ProjectStack } from "./stack.ts";

const shared = "default-stack";

/**
 * The run's stack with the defaults: up, as `npm run up` leaves it. It belongs to every file: change nothing of it,
 * neither its chain and wallets nor its config, and do not dispose of it.
 */
export async function defaultStack(): Promise<ProjectStack> {
  const name = await onceInRun(shared, async () => {
    const stack = await ProjectStack.create();
    await stack.up();
    return stack.name;
  });
  return await ProjectStack.open(name);
}

/** For the end of a run. */
export async function removeSharedStack(docker: Docker): Promise<void> {
  const name = await madeInRun<string>(shared);
  if (name !== undefined) await sweepStack(docker, name);
}
