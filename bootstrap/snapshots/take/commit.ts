/** Taking a snapshot: the whole network, stopped at one state, one image for each node. */
import type Docker from "dockerode";

import { allEnded } from "../../../base/all-ended.ts";
import { label } from "../../../engine/labels.ts";
import { messageOf } from "../../../base/message.ts";
import { reporter } from "../../../base/progress/amount.ts";
import { reconnect } from "../../nodes/reconnect.ts";
import { syncToHighest } from "../../chain/mining.ts";
import { refuseUnexplainedTip } from "../../clock/kept-time.ts";
import { type ChainFacts, differences } from "../../chain/facts.ts";
import { readMempools } from "../../chain/mempools.ts";
import { step } from "../../nodes/run.ts";
import { onNodes, type NodesContext } from "../../nodes/on-nodes.ts";
import type { NetworkMembers } from "../../services/members.ts";
import { refuseInterrupted } from "../../services/replacing.ts";
import { startServices } from "../../services/start.ts";
import { refuseKilled, stopServices } from "../../services/stop.ts";
import { storeState } from "../../services/state.ts";
import {
  containersOf,
  start,
  startWithAddresses,
  stopCleanly,
} from "../../containers/stop-start.ts";
import { commitCarrier, datadirOf, type Load, programsOf } from "./carrier.ts";
import { removeReference } from "../images.ts";
import type { CommittedImage } from "../committed-image.ts";
import { manifestLabels } from "../manifest.ts";
import type { Manifest } from "../manifest-schema.ts";
import type { ServiceSpec } from "../../services/service.ts";
import { type Described, describeNetwork } from "./describe.ts";
import { replacingNames } from "./names-noted.ts";
import { type Started, verifyStarted } from "../verify.ts";

export interface SnapshotDetails extends Described {
  /** What the network must be; left out: whatever it is. */
  readonly expected?: ChainFacts;
  readonly stackId: string;
  readonly stack: string;
  /** `snapshot` lives and dies with its stack. */
  readonly kind: "snapshot" | "named-snapshot";
  /** Name of the node or service → the reference its image gets. */
  readonly references: Readonly<Record<string, string>>;
  /** References of the snapshot that it replaces. Those that it has no node for go. Default: none. */
  readonly replaces?: Iterable<string>;
}

export interface CommittedNetwork {
  /** Name of the node or service → its image. */
  readonly images: Readonly<Record<string, CommittedImage>>;
  readonly manifest: Manifest;
  /** What the network was when it was stopped, which it is to be again. */
  readonly before: Started;
}

/** The network is no longer as it was declared; nothing was stopped. */
export class MovedOnError extends Error {
  override readonly name = "MovedOnError";
  readonly seen: ChainFacts;

  constructor(different: readonly string[], seen: ChainFacts) {
    super(`the network is no longer as the bootstrap left it: ${different.join("; ")}`);
    this.seen = seen;
  }
}

/**
 * Stops all services and nodes and commits each. They stay stopped, unless something goes wrong: then the nodes are
 * started again, and the services that ran.
 * @throws MovedOnError, before anything is stopped, when the network is not as `details.expected` says
 * @throws Error, likewise, when its newest block is of a time at which no node would start
 * @throws ServiceError when a service had to be killed
 * @throws Error, before anything is stopped, when a reset of what a service keeps was interrupted
 */
export async function commitNetwork(
  docker: Docker,
  network: NetworkMembers,
  details: SnapshotDetails,
  context: NodesContext,
): Promise<CommittedNetwork> {
  const { services = [] } = network;
  await refuseInterrupted(docker, services);
  const ran = await running(docker, services);
  try {
    // First: nodes and their facts move no more.
    await stopServices(docker, services, context);
    await refuseKilled(docker, ran);
    return await commitStopped(docker, network, details, context);
  } catch (error) {
    const signal = AbortSignal.timeout(startLimit);
    // Why it failed tells more than that something does not come up again, which the next look shows.
    await start(containersOf(docker, network.nodes), signal).catch(() => undefined);
    await startServices(docker, network, { ...context, signal }, ran).catch(() => undefined);
    throw error;
  }
}

async function running(
  docker: Docker,
  services: readonly ServiceSpec[],
): Promise<readonly ServiceSpec[]> {
  const states = await Promise.all(
    services.map(({ containerId }) => docker.getContainer(containerId).inspect()),
  );
  return services.filter((_, index) => states[index]?.State.Running === true);
}

async function commitStopped(
  docker: Docker,
  network: NetworkMembers,
  details: SnapshotDetails,
  context: NodesContext,
): Promise<CommittedNetwork> {
  const { services = [] } = network;
  const containers = containersOf(docker, network.nodes);
  const programs = new Map(
    await Promise.all(
      [...containers, ...containersOf(docker, services)].map(
        async ({ name, container }) => [name, await programsOf(docker, container)] as const,
      ),
    ),
  );
  // Somebody may have been interrupted after they were stopped.
  await start(containers, context.signal);
  const { manifest, labels, before } = await onNodes(docker, network, context, async (run) => {
    await reconnect(run, network.connect);
    // A node that was killed may have lost the blocks that came last, and gets them from the others.
    await step(run, "bring the nodes to one tip", () => syncToHighest(run));
    const mempools = await readMempools(run);
    const manifest = await describeNetwork(
      run,
      network.connect,
      programs,
      services,
      details,
      mempools,
    );
    const different =
      details.expected === undefined ? [] : differences(details.expected, manifest.facts);
    if (different.length > 0) throw new MovedOnError(different, manifest.facts);
    // One that could not be read again is refused while the nodes still run.
    const labels = manifestLabels(manifest);
    await refuseUnexplainedTip(run);
    return { manifest, labels, before: { facts: manifest.facts, mempools } };
  });
  context.status("stop the nodes");
  await stopCleanly(containers, network.timeout, context.signal);
  const { report, count } = reporter(context.status);
  report("commit the images");
  let done = 0;
  const loads: (readonly [string, Load])[] = [
    ...containers.map(
      ({ name, container }) => [name, datadirOf(container, details.declared)] as const,
    ),
    ...services.map((service): readonly [string, Load] => [
      service.name,
      (carrier) => storeState(docker.getContainer(service.containerId), service, carrier),
    ]),
  ];
  const commitAll = async () =>
    await allEnded(
      loads.map(async ([name, load]) => {
        const image = await commitMember(
          docker,
          name,
          programs.get(name) ?? "",
          details,
          labels,
          load,
        );
        count({ done: ++done, of: loads.length, unit: "images" });
        return [name, image] as const;
      }),
    );
  const wanted = new Set(Object.values(details.references));
  const replaced = new Set([...wanted, ...(details.replaces ?? [])]);
  const images = await replacingNames(docker, replaced, async (before) => {
    const committed = await commitAll();
    for (const [reference, id] of before)
      if (id !== undefined && !wanted.has(reference)) await removeReference(docker, reference);
    return committed;
  });
  return { images: Object.fromEntries(images), manifest, before };
}

/** Milliseconds for starting the nodes again after a failure, whatever aborted the commit. */
const startLimit = 30_000;

async function commitMember(
  docker: Docker,
  name: string,
  programs: string,
  details: SnapshotDetails,
  ofManifest: Readonly<Record<string, string>>,
  load: Load,
): Promise<CommittedImage> {
  const reference = details.references[name];
  if (reference === undefined) throw new Error(`${name}: there is no reference for its image`);
  const labels = {
    [label.takenOf]: details.stackId,
    [label.stack]: details.stack,
    [label.kind]: details.kind,
    [label.node]: name,
    [label.snapshot]: details.name,
    [label.reference]: reference,
    ...ofManifest,
  };
  try {
    return await commitCarrier(docker, programs, reference, labels, load);
  } catch (error) {
    throw new Error(`${name}: it could not be committed: ${messageOf(error)}`, { cause: error });
  }
}

/**
 * Starts all nodes, connects them, and makes sure that the network is what `expected` says.
 * @param addresses node's name → the address it is to have again; left out: whatever the engine gives
 * @returns node's name → its address on the stack's network
 * @throws Error that names every fact that differs
 */
export async function startVerified(
  docker: Docker,
  network: NetworkMembers,
  expected: Started,
  context: NodesContext,
  addresses?: Readonly<Record<string, string>>,
): Promise<Record<string, string>> {
  context.status("start the nodes");
  const containers = containersOf(docker, network.nodes);
  if (addresses === undefined) await start(containers, context.signal);
  else await startWithAddresses(containers, addresses, context.signal);
  return await onNodes(docker, network, context, async (run) => {
    await verifyStarted(run, network.connect, expected);
    return Object.fromEntries(run.nodes.map(({ name, ip }) => [name, ip]));
  });
}
