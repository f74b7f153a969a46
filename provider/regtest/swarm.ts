/** Whether the hosts of a network are what it needs: engines of one swarm, a manager of it first. */
import type Docker from "dockerode";

import { messageOf } from "../../base/message.ts";
import { enginesOf } from "../../engine/fleet.ts";
import { membershipOf, type SwarmMember, swarmMembers } from "../../engine/swarm-nodes.ts";

/** A line for each host that does not fit, with what to do. None where there are no hosts. */
export async function swarmProblems(docker: Docker): Promise<string[]> {
  const [first, ...others] = enginesOf(docker);
  if (first === undefined || first[0] === undefined) return [];
  const [name, manager] = first;
  const own = await membershipOf(manager);
  if (own.LocalNodeState !== "active") {
    return [
      `hosts[0]: ${name} is in no swarm (${own.LocalNodeState}); run docker swarm init there, and docker swarm join on the others`,
    ];
  }
  if (!own.ControlAvailable) {
    return [
      `hosts[0]: ${name} is a worker of its swarm; name one of its managers first, or run docker node promote`,
    ];
  }
  let members: readonly SwarmMember[];
  try {
    members = await swarmMembers(manager);
  } catch (error) {
    return [`hosts[0]: the swarm of ${name} does not answer: ${messageOf(error)}`];
  }
  const seen = new Map([[own.NodeID, "hosts[0]"]]);
  const problems: string[] = [];
  for (const [index, [other, engine]] of others.entries()) {
    const key = `hosts[${index + 1}]`;
    const its = await membershipOf(engine);
    const same = seen.get(its.NodeID);
    if (its.LocalNodeState !== "active") {
      problems.push(
        `${key}: ${other} is in no swarm (${its.LocalNodeState}); run there what docker swarm join-token worker prints on ${name}`,
      );
    } else if (!members.some(({ ID }) => ID === its.NodeID)) {
      problems.push(
        `${key}: ${other} is in another swarm than ${name}; have it leave that one, and join the swarm of ${name}`,
      );
    } else if (same !== undefined) {
      problems.push(`${key}: ${other} is the same engine as ${same}; name each engine once`);
    }
    seen.set(its.NodeID, key);
  }
  return problems;
}

/**
 * Ids of the members of the swarm that are none of these hosts; of no swarm: none, which {@link swarmProblems} tells.
 * @param names Default: all hosts.
 */
export async function membersOutside(docker: Docker, names?: readonly string[]): Promise<string[]> {
  const hosts = await Promise.all(
    [...enginesOf(docker)]
      .filter(([name = ""]) => names?.includes(name) ?? true)
      .map(async ([, engine]) => (await membershipOf(engine)).NodeID),
  );
  const members = await swarmMembers(docker).catch(() => []);
  return members.map(({ ID }) => ID).filter((id) => !hosts.includes(id));
}
