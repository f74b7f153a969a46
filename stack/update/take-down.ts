import type Docker from "dockerode";

import type { Steps } from "../../base/progress/steps.ts";
import { containerNames } from "../../bootstrap/plan/given-names.ts";
import { tidyBuildCache } from "../../engine/clean-up/build-cache.ts";
import { refuseAttached } from "../../engine/clean-up/network-users.ts";
import { downMembersOn } from "../../engine/swarm-nodes.ts";
import { stackExists } from "../pulumi-cli.ts";
import type { NetworkState, StackState } from "../stack-state.ts";
import { prepare } from "./prepare.ts";
import { recover } from "./recover.ts";
import { tidyBuilds } from "./tidy-builds.ts";
import { runUpdate, type Updated } from "./update.ts";

/**
 * Removes all that a stack has, and what an interrupted run left of it. The stack itself stays, and with it its
 * config. Returns undefined when there is no such stack.
 * @param options.giveUp Name of a host that will not come back, on which nothing is removed. Default: all must answer.
 * @throws Error, before anything is removed, when somebody else's containers are on its network
 * @throws UpdateError when the update fails, or was told to stop
 */
export async function takeDown(
  stack: string,
  steps: Steps,
  { giveUp }: { readonly giveUp?: string | undefined } = {},
): Promise<Updated | undefined> {
  const { environment, docker } = await prepare(steps, stack);
  if (!(await stackExists(environment, stack))) {
    await tidyBuildCache(docker);
    return undefined;
  }
  const tell = (line: string): void => {
    steps.note(line);
  };
  const state = await steps.step(`open stack ${stack}`, () =>
    recover(docker, environment, stack, tell, { volumes: true, giveUp, refuse: refuseHeld }),
  );
  const args = ["destroy", "--yes", "--skip-preview", "--stack", stack];
  const next = `run npm run down -- --stack ${stack} to continue`;
  const updated = await runUpdate(environment, steps, { args, state, next });
  await tidyBuilds(state, docker);
  return updated;
}

/** @throws Error that says how a network is set free that could not be removed */
async function refuseHeld(
  client: Docker,
  { claim }: NetworkState,
  { resources }: StackState,
): Promise<void> {
  if (claim.engine?.hosts !== undefined) await refuseDownMembers(client, claim.network);
  // Those of a user's own program go with it.
  const recorded = resources.map(({ outputs = {} }) => outputs["name"]);
  const own = new Set<unknown>([...containerNames(claim), ...recorded]);
  // The swarm calls its containers after the service.
  const ofCrowd = claim.crowd && `${claim.crowd.service}.`;
  const isOwn = (name: string): boolean =>
    own.has(name) || (ofCrowd !== undefined && name.startsWith(ofCrowd));
  await refuseAttached(client, claim.network, isOwn);
}

/** @throws Error that names the hosts for which the swarm keeps the network */
async function refuseDownMembers(docker: Docker, network: string): Promise<void> {
  const down = await downMembersOn(docker, network);
  if (down.length === 0) return;
  throw new Error(
    `the swarm keeps the network ${network} for ${down.join(", ")}, which ${down.length === 1 ? "is" : "are"} down, ` +
      `so nothing was removed: start the engine there, or run docker node rm --force ${down.join(" ")} on the first ` +
      "host, then run the command again",
  );
}
