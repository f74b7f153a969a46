import type Docker from "dockerode";

import { messageOf } from "../../base/message.ts";
import { enginesOf } from "../../engine/fleet.ts";
import { membershipOf, tasksOf } from "../../engine/swarm-nodes.ts";
import { byHand, type DriftLine } from "../chain/drift.ts";
import type { CrowdSpec } from "../nodes/crowd.ts";
import type { CrowdStatus } from "./report.ts";

export interface CrowdLook {
  readonly status: CrowdStatus | undefined;
  readonly drift: readonly DriftLine[];
}

/** How many of a crowd run, and where. The swarm itself sees to it that all do. */
export async function lookAtCrowd(
  docker: Docker,
  crowd: CrowdSpec | undefined,
): Promise<CrowdLook> {
  if (crowd === undefined) return { status: undefined, drift: [] };
  const { service, replicas } = crowd;
  try {
    const tasks = await tasksOf(docker, service);
    const running = tasks.filter(({ isRunning, isWanted }) => isRunning && isWanted);
    const hosts = new Map<string, number>();
    const names = await hostNames(docker);
    for (const { member } of running) {
      const host = names.get(member) ?? member;
      hosts.set(host, (hosts.get(host) ?? 0) + 1);
    }
    const status = { ...crowd, running: running.length, hosts: Object.fromEntries(hosts) };
    if (running.length >= replicas) return { status, drift: [] };
    const [other] = tasks.filter(({ isRunning, isWanted }) => isWanted && !isRunning);
    const why = other === undefined ? "" : ` (${other.told})`;
    return {
      status,
      drift: [byHand(`crowd: ${running.length} of ${replicas} run${why}; the swarm starts others`)],
    };
  } catch (error) {
    const status = { ...crowd, running: 0, hosts: {} };
    return { status, drift: [byHand(`crowd: ${messageOf(error)}`)] };
  }
}

/** Id of a member of the swarm → its host's name. */
async function hostNames(docker: Docker): Promise<ReadonlyMap<string, string>> {
  const pairs = [...enginesOf(docker)].map(async ([name = "", engine]) => {
    return [(await membershipOf(engine)).NodeID, name] as const;
  });
  return new Map(await Promise.all(pairs));
}
