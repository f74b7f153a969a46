/** Runs before any other work on a stack: repairs what an interrupted run left. */
import { clearInterrupted } from "../../bootstrap/snapshots/take/interrupted.ts";
import type Docker from "dockerode";

import { restartFromFuture } from "../../bootstrap/clock/future-tip.ts";
import { isoTime } from "../../bootstrap/clock/mocktime.ts";
import type { NodeContainer } from "../../bootstrap/containers/stop-start.ts";
import type { Environment } from "../../toolchain/ensure.ts";
import { removeLeftovers } from "./leftovers.ts";
import { containersOf } from "../../bootstrap/status/member-containers.ts";
import { giveUpHost } from "./host-given-up.ts";
import { wholeNetworkClient } from "./silent-hosts.ts";
import { deadLockHolder } from "../stack-lock.ts";
import { pulumiQuietly } from "../pulumi-cli.ts";
import {
  clearPendingOperations,
  type NetworkState,
  readState,
  type StackState,
} from "../stack-state.ts";

export interface RecoverOptions {
  readonly volumes?: boolean;
  readonly giveUp?: string | undefined;
  readonly refuse?: (client: Docker, network: NetworkState, state: StackState) => Promise<void>;
}

/**
 * Takes away a dead process's lock, pending operations, and what the engine has of this stack and
 * its state does not. Of another stack it touches nothing.
 * @param docker the engine that it is going to be on, while its state has no network
 * @param tell gets a line for each repair
 * @param options.volumes Whether volumes of the stack go too that its state does not have. Default: they stay.
 * @param options.giveUp Name of a host that will not come back. Default: all must answer.
 * @param options.refuse Asked for each network, before anything is removed on an engine, and throws to prevent that.
 * @returns the stack's state
 */
export async function recover(
  docker: Docker,
  environment: Environment,
  stack: string,
  tell: (line: string) => void,
  { volumes = false, giveUp, refuse }: RecoverOptions = {},
): Promise<StackState> {
  const holder = await deadLockHolder(environment, stack);
  if (holder !== undefined) {
    await pulumiQuietly(environment, ["cancel", "--yes", "--stack", stack]);
    tell(`Removed the lock of an interrupted run (${holder}).`);
  }
  let state = await readState(environment, stack);
  if (state.pending > 0) {
    await clearPendingOperations(environment, stack);
    tell(`Cleared ${state.pending} pending operations of an interrupted run.`);
  }
  if (giveUp !== undefined) {
    await giveUpHost(environment, state, giveUp);
    tell(`Forgot what was on host ${giveUp}. Should it come back, remove it there by hand.`);
    state = await readState(environment, stack);
  }
  const clients = new Map<NetworkState, Docker>();
  for (const network of state.networks) {
    const client = await wholeNetworkClient(state, network);
    await refuse?.(client, network, state);
    clients.set(network, client);
  }
  for (const client of clients.size === 0 ? [docker] : clients.values())
    for (const line of await clearInterrupted(client)) tell(line);
  for (const [{ claim }, client] of clients) {
    for (const thing of await removeLeftovers(client, claim, state.resources, { volumes })) {
      tell(`Removed ${thing}, which an interrupted run created but did not record.`);
    }
    const time = await restartFromFuture(await nodeContainers(client, claim));
    if (time !== undefined) {
      tell(
        `The newest block has the time ${isoTime(time)}, in the future: the clocks were set to that time, so that the nodes ` +
          "start again. npm run reset returns to the snapshot.",
      );
    }
  }
  return state;
}

async function nodeContainers(
  docker: Docker,
  { stackId, nodes }: NetworkState["claim"],
): Promise<NodeContainer[]> {
  const found = await containersOf(docker, stackId, nodes);
  return found.flatMap(({ name, isNode, container }) =>
    isNode && container !== undefined ? [{ name, container }] : [],
  );
}
