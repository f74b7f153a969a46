/** What a swarm knows of its members, and of the containers that it has on them. */
import type Docker from "dockerode";

import { throwEngineError, unlessStatus } from "./engine-error.ts";

/** As far as this project changes one. */
export interface CrowdService {
  readonly Version: { readonly Index: number };
  readonly Spec: object;
}

interface Task {
  readonly NodeID?: string;
  readonly DesiredState: string;
  readonly Status: { readonly State: string; readonly Err?: string };
  readonly NetworksAttachments?: readonly {
    readonly Network: { readonly Spec: { readonly Name: string } };
  }[];
}

export interface SwarmMember {
  readonly ID: string;
  readonly Description: { readonly Hostname: string };
  readonly Status: { readonly State: string; readonly Addr: string };
}

/** A service of a swarm, as it is listed. */
export interface SwarmService {
  readonly ID: string;
  readonly Spec: { readonly Name: string; readonly Labels?: Readonly<Record<string, string>> };
}

/** A container of a service. */
export interface ServiceTask {
  /** Id of the member that it is on; "": on none yet. */
  readonly member: string;
  /** Whether it runs, as far as one knows: of a member that is down, nobody does. */
  readonly isRunning: boolean;
  /** Whether the swarm wants it to run. */
  readonly isWanted: boolean;
  /** Its state, and what went wrong. */
  readonly told: string;
}

/** What an engine says of itself. */
export interface OwnMembership {
  /** Of it as a member; "": it is in no swarm. */
  readonly NodeID: string;
  readonly LocalNodeState: string;
  /** Whether it manages the swarm. */
  readonly ControlAvailable: boolean;
}

export async function membershipOf(engine: Docker): Promise<OwnMembership> {
  const { Swarm } = (await engine.info().catch(throwEngineError)) as {
    readonly Swarm: OwnMembership;
  };
  return Swarm;
}

/** @param docker A manager. */
export async function swarmMembers(docker: Docker): Promise<readonly SwarmMember[]> {
  return (await docker.listNodes().catch(throwEngineError)) as readonly SwarmMember[];
}

/** Undefined: there is none of that name, or the engine is in no swarm, or does not manage it. */
export async function serviceNamed(
  docker: Docker,
  name: string,
): Promise<SwarmService | undefined> {
  // The filter finds beginnings of names too.
  const filters = { name: [name] };
  const listed = (await docker.listServices({ filters }).catch(unlessStatus(503))) ?? [];
  return (listed as readonly SwarmService[]).find(({ Spec }) => Spec.Name === name);
}

/** Those of one service. @param docker A manager. */
export async function tasksOf(docker: Docker, service: string): Promise<ServiceTask[]> {
  const filters = { service: [service] } as Record<string, string[]>;
  const [tasks, members] = await Promise.all([
    docker.listTasks({ filters }).catch(throwEngineError) as Promise<readonly Task[]>,
    swarmMembers(docker),
  ]);
  const down = new Set(members.filter(({ Status }) => Status.State === "down").map(({ ID }) => ID));
  return tasks.map(({ NodeID = "", DesiredState, Status: { State, Err = "" } }) => ({
    member: NodeID,
    isRunning: State === "running" && !down.has(NodeID),
    isWanted: DesiredState === "running",
    told: Err === "" ? State : `${State}: ${Err}`,
  }));
}

/**
 * Host names of members that are down while containers of theirs are attached to an overlay, as the swarm sees it: it
 * does not let the network go before they are back or removed from it.
 * @param docker A manager.
 */
export async function downMembersOn(docker: Docker, network: string): Promise<string[]> {
  // Containers that joined it by themselves are listed only on demand.
  const filters = { runtime: ["attachment", "container"] } as Record<string, string[]>;
  const [members, tasks] = await Promise.all([
    swarmMembers(docker),
    docker.listTasks({ filters }).catch(throwEngineError) as Promise<readonly Task[]>,
  ]);
  const holders = new Set(
    tasks
      .filter(({ NetworksAttachments = [] }) =>
        NetworksAttachments.some(({ Network }) => Network.Spec.Name === network),
      )
      .map(({ NodeID }) => NodeID),
  );
  return members
    .filter(({ ID, Status }) => Status.State === "down" && holders.has(ID))
    .map(({ Description }) => Description.Hostname);
}
