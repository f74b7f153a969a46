/**
 * The resource `Claim`, the first of a stack: its id and credentials, and the refusal of what
 * somebody else has, of what an interrupted run left in the way, and of what would give up what people
 * did on top of the declared chain.
 */
import { randomBytes } from "node:crypto";

import type Docker from "dockerode";

import { engineOfHost, enginesOf } from "../../engine/fleet.ts";
import { wideSubnet } from "../../engine/wide-subnet.ts";
import { publicPorts } from "../../engine/free-ports.ts";
import { onThisMachine, reachOf } from "../../engine/host.ts";
import { messageOf } from "../../base/message.ts";
import {
  type CheckFailure,
  type OperationContext,
  type Properties,
  UNKNOWN,
} from "../server/handler.ts";
import {
  type ClaimedService,
  type DeclaredService,
  type NodePorts,
  type Placed,
  type PortsWanted,
  recordedPorts,
  withPorts,
} from "./claimed-ports.ts";
import { findTaken, findTakenNetwork, isServiceTaken, type Ours, type Wanted } from "./claims.ts";
import { refuseTooMany } from "./room.ts";
import { membersOutside, swarmProblems } from "./swarm.ts";
import {
  atRiskText,
  dataAtRisk,
  type MayDiscard,
  type NodeData,
  nodesGivenUp,
  type PutsFreshBlocks,
  refuseLoss,
  servicesGivenUp,
  withoutLeave,
} from "./data-at-risk.ts";
import { connectTo, type OnEngine } from "../../engine/engine-input.ts";
import { inputDiff } from "./input-diff.ts";
import { ownResource } from "./own-resource.ts";
import { leftoverRefusals } from "./leftover-refusals.ts";
import type { CrowdSpec } from "../../bootstrap/nodes/crowd.ts";
import { containerNames, type GivenNames } from "../../bootstrap/plan/given-names.ts";
import { generatePassword, rpcAuth } from "../../bootstrap/keys/rpcauth.ts";
import { ownManifest } from "../../bootstrap/snapshots/find.ts";

export interface ClaimedNode
  extends Pick<Wanted, "containerName" | "snapshotImage">, NodePorts, NodeData, Placed {
  /** The config key that the port comes from, for messages. */
  readonly portKey: string;
}

/** A node as the program declares it: what has no port gets one in `check`. */
export type DeclaredClaim = Omit<ClaimedNode, "rpcPort" | "ports"> & PortsWanted;

export interface ClaimInputs extends GivenNames, MayDiscard, PutsFreshBlocks, OnEngine {
  /** Filled in once by `check`, and then kept: so is the name that the stack had then. */
  readonly stackId: string;
  readonly stack: string;
  readonly rpcUser: string;
  /** Generated once when left out. */
  readonly rpcPassword?: string | undefined;
  readonly nodes: readonly ClaimedNode[];
  readonly services?: readonly ClaimedService[] | undefined;
  /** Names of the hosts that the crowd may be on, where there is one. */
  readonly crowdHosts?: readonly string[] | undefined;
  /** Ids of the swarm's members that are none of those. Filled in by `check`. */
  readonly outside?: readonly string[] | undefined;
  /** Subnet of the overlay, `ADDRESS/PREFIX`, where the swarm's own would be too small. Chosen once by `check`. */
  readonly subnet?: string | undefined;
  /** Height of the declared chain, up to where a scenario begins. */
  readonly height: number;
  /** Seconds that a node may take to answer. */
  readonly timeout: number;
}

export interface ClaimState extends ClaimInputs {
  readonly rpcPassword: string;
  readonly rpcAuth: string;
}

export const claimHandler = ownResource({
  importRefusal: "A claim cannot be imported: its id and password are made when it is created.",

  async check(news, olds, { urn, signal }) {
    const stackId = olds?.["stackId"] ?? randomBytes(8).toString("hex");
    const docker = await connectTo(news, signal);
    const placed = ({ host }: { readonly host?: string | undefined }): Placed => {
      const reach = reachOf(engineOfHost(docker, host));
      return reach === onThisMachine ? {} : { reach };
    };
    const containers = new Map(
      await Promise.all(
        [...enginesOf(docker).values()].map(
          async (engine) => [engine, await engine.listContainers({ all: true })] as const,
        ),
      ),
    );
    const inUse = publicPorts([...containers.values()].flat());
    // A renamed stack keeps what it has: its name is on labels, and these replace things.
    const stack = olds?.["stack"] ?? news["stack"];
    const known = (olds ?? {}) as Partial<ClaimInputs>;
    const declared = {
      nodes: news["nodes"] as DeclaredClaim[],
      services: news["services"] as DeclaredService[] | undefined,
    };
    const before = { nodes: nodesBefore(olds), services: known.services };
    const { nodes, services } = await withPorts(declared, before, inUse);
    const { replicas = 0 } = (news["crowd"] ?? {}) as Partial<CrowdSpec>;
    const members = nodes.length + services.length + replicas;
    const subnet = known.subnet ?? (await wideSubnet(docker, members));
    const inputs = {
      ...{ ...news, stackId, stack, nodes: nodes.map((node) => ({ ...node, ...placed(node) })) },
      ...(declared.services && {
        services: services.map((service) => ({ ...service, ...placed(service) })),
      }),
      ...(news["crowd"] !== undefined && {
        outside: await membersOutside(docker, news["crowdHosts"] as readonly string[] | undefined),
      }),
      ...(subnet !== undefined && { subnet }),
    } as unknown as ClaimInputs;
    const namesBefore = [...before.nodes, ...(before.services ?? [])].map(
      ({ containerName }) => containerName,
    );
    const ours: Ours = {
      stackId: inputs.stackId,
      containers: new Set([...containerNames(inputs), ...namesBefore, ...(known.helpers ?? [])]),
    };
    const refused = (wanted: Wanted, property: Member, host?: string) => {
      const engine = engineOfHost(docker, host);
      return refusals(engine, containers.get(engine) ?? [], ours, wanted, property);
    };
    const failures = await Promise.all([
      swarmRefusal(docker),
      ...inputs.nodes.map((node) => refused(wantedBy(node), "nodes", node.host)),
      ...(inputs.services ?? []).map((service) => refused(service, "services", service.host)),
      roomRefusal(docker, inputs),
      crowdRefusal(docker, inputs),
      networkRefusal(docker, inputs),
      leftoverRefusals(docker, inputs, { urn }),
    ]);
    return { inputs: asProperties(inputs), failures: failures.flat() };
  },

  async diff(_id, state, oldInputs, news, context) {
    const inputs = news as unknown as ClaimInputs;
    const loss = await lossOf(state as unknown as ClaimState, inputs, context, false).catch(
      (error: unknown) => {
        context.signal.throwIfAborted();
        return messageOf(error);
      },
    );
    if (loss !== undefined) context.warn(loss);
    return { detailed: inputDiff(withoutLeave(oldInputs), withoutLeave(news), []) };
  },

  plan(inputs, state) {
    const news = inputs as unknown as ClaimInputs;
    const kept = state as ClaimState | undefined;
    const known = (news.rpcPassword ?? kept?.rpcPassword) !== undefined;
    return known
      ? asProperties(claimed(news, kept))
      : { ...inputs, rpcPassword: UNKNOWN, rpcAuth: UNKNOWN };
  },

  create(inputs) {
    const claim = inputs as unknown as ClaimInputs;
    return Promise.resolve({ id: claim.stackId, state: asProperties(claimed(claim)) });
  },

  async update(_id, state, news, context) {
    const inputs = news as unknown as ClaimInputs;
    const kept = state as unknown as ClaimState;
    const loss = await lossOf(kept, inputs, context, true);
    if (loss !== undefined)
      refuseLoss(
        inputs,
        loss,
        "undo the change, or take a snapshot first: npm run snapshot -- NAME, and later " +
          "npm run up -- --stack OTHER --from NAME",
      );
    return asProperties(claimed(inputs, kept));
  },
});

/** A hash with another salt would replace the containers: user and password alone decide it, also when one is changed back. */
function claimed(claim: ClaimInputs, kept?: ClaimState): ClaimState {
  const rpcPassword = claim.rpcPassword ?? kept?.rpcPassword ?? generatePassword();
  const hash = rpcAuth(claim.rpcUser, rpcPassword, claim.stackId);
  return { ...withoutLeave(claim), rpcPassword, rpcAuth: hash };
}

/** What the update would give up of what people did, in words; `undefined`: nothing. */
async function lossOf(
  kept: ClaimState,
  news: ClaimInputs,
  { signal }: OperationContext,
  start: boolean,
): Promise<string | undefined> {
  if (news.discardBlocks === true) return undefined;
  const givenUp = nodesGivenUp(kept.nodes, news.nodes);
  const state = stateGivenUp(kept, news, givenUp.length === 0);
  if (givenUp.length === 0) return state;
  const docker = await connectTo(kept, signal);
  // Where a scenario ends, and which wallets it makes, nobody knows before it has run.
  const own = await ownManifest(docker, kept.stackId);
  const height = own?.bootstrapped ?? kept.height;
  const atRisk = await dataAtRisk(docker, {
    stackId: kept.stackId,
    containers: containerNames(kept),
    credentials: { user: kept.rpcUser, password: kept.rpcPassword },
    height,
    freshBlock: kept.freshBlock,
    givenUp: givenUp.map(({ name, wallets = [name], ...node }) => ({
      ...node,
      name,
      wallets: [...wallets, ...Object.keys(own?.facts.wallets[name] ?? {})],
    })),
    start,
    timeout: news.timeout,
    signal,
  });
  const lost = atRiskText(atRisk, height);
  if (lost === undefined) return state;
  const names = givenUp.map(({ name }) => name).join(" and ");
  const told = `this update removes the data of ${names} and would discard ${lost}`;
  return [told, ...(state === undefined ? [] : [state])].join("; ");
}

function stateGivenUp(
  { services: kept = [] }: ClaimInputs,
  { services = [] }: ClaimInputs,
  all: boolean,
): string | undefined {
  const lost = servicesGivenUp(kept, services, all);
  if (lost.length === 0) return undefined;
  return `this update would discard what ${lost.map(({ name }) => name).join(" and ")} keeps`;
}

/** Property of the inputs, for Pulumi. */
type Member = "nodes" | "services";

async function refusals(
  docker: Docker,
  containers: readonly Docker.ContainerInfo[],
  ours: Ours,
  wanted: Wanted,
  property: Member,
): Promise<CheckFailure[]> {
  const { containerName, snapshotImage = "" } = wanted;
  const { name, ports, image, volumes } = await findTaken(docker, containers, ours, wanted);
  const reasons = [
    ...(name === undefined
      ? []
      : [
          `prefix: the container name ${containerName} is taken by ${name}; set another prefix, or remove it`,
        ]),
    ...ports.map(({ port, key, by }) => portReason(key, port, by, reachOf(docker).address)),
    ...(image === undefined
      ? []
      : [
          `prefix: the image name ${snapshotImage} is taken by ${image}; set another prefix, or remove it with docker rmi ${snapshotImage}`,
        ]),
    ...volumes.map(
      (volume) =>
        `prefix: the volume name ${volume} is taken by a volume that is not this stack's; ` +
        `set another prefix, or remove it with docker volume rm ${volume}`,
    ),
  ];
  return reasons.map((reason) => ({ property, reason }));
}

function portReason(key: string, port: number, taken: string, address: string): string {
  return `${key}: port ${port} on ${address} is taken by ${taken}; set another port, or stop it`;
}

async function roomRefusal(docker: Docker, { nodes, crowd }: ClaimInputs): Promise<CheckFailure[]> {
  const reasons = await refuseTooMany(docker, nodes, crowd?.replicas);
  return reasons.map((reason) => ({ property: "nodes", reason }));
}

async function swarmRefusal(docker: Docker): Promise<CheckFailure[]> {
  const problems = await swarmProblems(docker);
  return problems.map((problem) => ({ property: "engine", reason: problem }));
}

/** The engine's own error would come late. */
async function crowdRefusal(
  docker: Docker,
  { stackId, crowd }: ClaimInputs,
): Promise<CheckFailure[]> {
  if (crowd === undefined || !(await isServiceTaken(docker, stackId, crowd.service))) return [];
  const { service } = crowd;
  const reason =
    `prefix: the service name ${service} is taken by a service that is not this stack's; ` +
    `set another prefix, or remove it with docker service rm ${service}`;
  return [{ property: "crowd", reason }];
}

async function networkRefusal(
  docker: Docker,
  { stackId, network }: ClaimInputs,
): Promise<CheckFailure[]> {
  const found = await Promise.all(
    [...enginesOf(docker).values()].map((engine) => findTakenNetwork(engine, stackId, network)),
  );
  const taken = found.find((other) => other !== undefined);
  return taken === undefined
    ? []
    : [
        {
          property: "network",
          reason: `prefix: the network name ${network} is taken by ${taken}; set another prefix, or remove it with docker network rm ${network}`,
        },
      ];
}

function wantedBy({
  containerName,
  snapshotImage,
  rpcPort,
  portKey,
  ports,
  volume,
}: ClaimedNode): Wanted {
  return {
    ...{ containerName, snapshotImage },
    ports: [{ port: rpcPort, key: portKey }, ...ports],
    volumes: volume === undefined ? [] : [volume],
  };
}

function nodesBefore(olds: Properties | undefined): readonly ClaimedNode[] {
  const { nodes = [] } = (olds ?? {}) as Partial<ClaimInputs>;
  return nodes.map((node) => ({ ...node, ports: recordedPorts(node) }));
}

function asProperties(value: ClaimInputs): Properties {
  return { ...value };
}
