/** Clones that another process started: finding them, and working on them by their ids. */
import type Docker from "dockerode";

import { OpenNetwork } from "../bootstrap/open-network.ts";
import { isAuthOf } from "../bootstrap/keys/rpcauth.ts";
import { temporaryPassword } from "../bootstrap/keys/temporary-password.ts";
import { currentPassword } from "../bootstrap/nodes/renewed-password.ts";
import type { NodesContext } from "../bootstrap/nodes/on-nodes.ts";
import { temporaryUser } from "../bootstrap/nodes/temporary-network.ts";
import { readManifest } from "../bootstrap/snapshots/manifest.ts";
import { noStack } from "../bootstrap/snapshots/take/take-named.ts";
import { connectEngine } from "../engine/client.ts";
import { refuseAttached } from "../engine/clean-up/network-users.ts";
import { removeTemporary } from "../engine/clean-up/sweep.ts";
import { cloneHelperLabels } from "../engine/clean-up/owner.ts";
import { engineError, isNotFound, throwEngineError } from "../engine/engine-error.ts";
import { label, labelFilter, temporaryPrefix } from "../engine/labels.ts";

/** A clone as the engine lists it. */
export interface ListedClone {
  readonly id: string;
  /** Name of the snapshot that it was started from. */
  readonly snapshot: string;
  readonly nodes: readonly string[];
  /** Seconds since 1970. */
  readonly created: number;
  /** Seconds since 1970; undefined where it goes with the process that started it. */
  readonly expires: number | undefined;
}

/** The clones that this user has started, the oldest first. */
export async function listClones(docker: Docker): Promise<ListedClone[]> {
  const byId = Map.groupBy(
    await nodeContainers(docker),
    ({ Labels }) => Labels[label.stackId] ?? "",
  );
  const clones: ListedClone[] = [];
  for (const [id, containers] of byId) {
    const [first] = containers;
    if (first === undefined || !(await isOwn(docker, id, first.Id))) continue;
    const { [label.owner]: owner = "", [label.expires]: expires } = first.Labels;
    clones.push({
      id,
      snapshot: first.Labels[label.snapshot] ?? "",
      nodes: containers.map(({ Labels }) => Labels[label.node] ?? "").toSorted(),
      created: Math.min(...containers.map(({ Created }) => Created)),
      expires: owner === "" ? Number(expires) : undefined,
    });
  }
  return clones.toSorted((a, b) => a.created - b.created);
}

/**
 * A clone by its id, to work on.
 * @throws Error when there is none, or when somebody else started it
 */
export async function openClone(id: string, context: NodesContext): Promise<OpenNetwork> {
  refuseOtherIds(id);
  const docker = await connectEngine(context);
  const containers = await nodeContainers(docker, id);
  const [first] = containers;
  if (first === undefined) throw noClone(id);
  if (!(await isOwn(docker, id, first.Id))) {
    throw new Error(
      `clone ${id} was started by another user, or on another machine: its password is known there only`,
    );
  }
  const { nodes, services = [], connect, funded } = readManifest(first.Labels, id);
  const ofServices = await ownContainers(docker, "service", id);
  const idOf = (node: string): string =>
    containers.find(({ Labels }) => Labels[label.node] === node)?.Id ?? node;
  return new OpenNetwork({
    ...{ docker, id, title: `clone ${id}`, names: { clone: id }, stack: noStack, funded, context },
    inputs: {
      nodes: nodes.map(({ name, role }) => ({ name, role, containerId: idOf(name) })),
      services: services.flatMap((service) => {
        const found = ofServices.find(({ Labels }) => Labels[label.node] === service.name);
        return found === undefined ? [] : [{ ...service, containerId: found.Id }];
      }),
      connect,
      rpcUser: temporaryUser,
      // One of a pool, which has another with each user.
      rpcPassword: await (first.Labels[label.owner] === ""
        ? temporaryPassword(id)
        : currentPassword(id, docker.getContainer(first.Id))),
      timeout: 60,
    },
    network: id,
    snapshotImage: first.ImageID,
    addresses: {},
    freshBlock: first.Labels[label.freshBlock] === "true",
    labels: cloneHelperLabels(id),
  });
}

/** @throws Error when there is no such clone, or somebody else's containers are on its network */
export async function releaseClone(docker: Docker, id: string): Promise<void> {
  refuseOtherIds(id);
  await refuseAttached(docker, id, (name) => name.startsWith(id));
  if ((await removeTemporary(docker, { [label.stackId]: id })) === 0) throw noClone(id);
}

function noClone(id: string): Error {
  return new Error(
    `there is no clone ${id}: it was released, or its time was over; npx regtest-network list shows those that are there`,
  );
}

/** @throws Error that says what an id looks like */
function refuseOtherIds(id: string): void {
  if (id.startsWith(temporaryPrefix)) return;
  throw new Error(`"${id}" is not the id of a clone; clone prints it, as ${temporaryPrefix}…`);
}

async function nodeContainers(docker: Docker, id?: string): Promise<Docker.ContainerInfo[]> {
  return await ownContainers(docker, "node", id);
}

/** Of one clone, or of all. By name too: what somebody commits from them has their labels. */
async function ownContainers(
  docker: Docker,
  kind: "node" | "service",
  id?: string,
): Promise<Docker.ContainerInfo[]> {
  const filters = labelFilter({
    [label.kind]: kind,
    ...(id !== undefined && { [label.stackId]: id }),
  });
  const listed = await docker.listContainers({ all: true, filters }).catch(throwEngineError);
  return listed.filter(({ Names: [name = ""], Labels }) => {
    const {
      [label.stackId]: of = "",
      [label.node]: node = "",
      [label.snapshot]: snapshot,
    } = Labels;
    return of.startsWith(temporaryPrefix) && name === `/${of}-${node}` && snapshot !== undefined;
  });
}

/** Whether its password is the one that this user's key gives. */
async function isOwn(docker: Docker, id: string, containerId: string): Promise<boolean> {
  try {
    const { Config } = await docker.getContainer(containerId).inspect();
    const auth = Config.Cmd.find((argument) => argument.startsWith("-rpcauth=")) ?? "";
    return isAuthOf(auth, await temporaryPassword(id));
  } catch (error) {
    // Released meanwhile.
    if (isNotFound(error)) return false;
    throw engineError(error);
  }
}
