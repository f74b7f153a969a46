/** A network without a Pulumi stack, for the duration of one scope: for the test kit, golden values and tests of the bootstrap. */
import { randomBytes } from "node:crypto";

import type Docker from "dockerode";

import { engineError } from "../../engine/engine-error.ts";
import { type Reach, reachOf } from "../../engine/host.ts";
import { label, stackLabels, temporaryPrefix } from "../../engine/labels.ts";
import { lastingLabels, ownedLabels, unownedLabels } from "../../engine/clean-up/owner.ts";
import { anyTaken, freePorts } from "../../engine/free-ports.ts";
import { createSmallNetwork } from "../../engine/small-network.ts";
import { removeLateOnes, removeTemporary } from "../../engine/clean-up/sweep.ts";
import type { NodeSpec, Role } from "./node.ts";
import { confinement, nodeContainer } from "./node-container.ts";
import { type Edge, fullMesh } from "./peers.ts";
import { rpcAuth } from "../keys/rpcauth.ts";
import { temporaryPassword } from "../keys/temporary-password.ts";
import type { Run } from "./run.ts";
import type { Offers } from "./node-ports.ts";
import { type NetworkInputs, onNodes } from "./on-nodes.ts";
import { allEnded } from "../../base/all-ended.ts";
import { joinSignals } from "../../base/wait.ts";

export interface TemporaryNode {
  /** Host name on the network, wallet name, and how the node presents itself to its peers. */
  readonly name: string;
  readonly role: Role;
  /** Wallets that it has beside its own. Default: none. */
  readonly wallets?: readonly string[] | undefined;
  /** Reference or id of the image to start it from. */
  readonly image: string;
  /** What it publishes beside RPC, on free ports of 127.0.0.1. Default: nothing. */
  readonly offers?: Offers;
  /** Arguments of bitcoind that this node alone gets. Default: none. */
  readonly arguments?: readonly string[];
}

export interface TemporaryNetworkOptions {
  readonly nodes: readonly TemporaryNode[];
  /** Containers that join it beside the nodes. Default: none. */
  readonly guests?: number;
  /** Who is to be connected to whom. Default: every node with every other one. */
  readonly connect?: readonly Edge[];
  /** Whether each node is started before the next one is made. Default: all at once. */
  readonly inOrder?: boolean;
  /** Arguments of bitcoind that all nodes get. Default: none. */
  readonly arguments?: readonly string[];
  /** Seconds that one step may wait. Default: 60. */
  readonly timeout?: number;
  /** Seconds that it lasts, also when this process has ended. Default: it goes with this process. */
  readonly lasts?: number | undefined;
  /** Labels of the nodes' containers beside those that all such networks have. Default: none. */
  readonly labels?: Readonly<Record<string, string>> | undefined;
  /** Ends the start and every later {@link TemporaryNetwork.run}. */
  readonly signal: AbortSignal;
}

/** The RPC user of all such networks. */
export const temporaryUser = "user";

const nothing: Offers = { ports: [], rest: false };

export interface TemporaryNetwork extends AsyncDisposable {
  /** The value of the label {@link label.stackId} on all that it has on the engine. */
  readonly id: string;
  readonly inputs: NetworkInputs;
  /** Labels that say how long what it has is wanted. */
  readonly life: Readonly<Record<string, string>>;
  /**
   * Runs `work` on the nodes, wherever they are since their last start.
   * @param watch `signal` ends it, as the network's own does; `status` gets the progress.
   */
  run<T>(
    work: (run: Run) => Promise<T>,
    watch?: { readonly signal?: AbortSignal; readonly status?: (message: string) => void },
  ): Promise<T>;
}

/**
 * Starts the nodes on a network of their own, with random names, credentials and loopback ports, all
 * labelled. Nothing is connected or mined yet. Disposing of it removes all of it.
 */
export async function openTemporaryNetwork(
  docker: Docker,
  options: TemporaryNetworkOptions,
): Promise<TemporaryNetwork> {
  const { nodes, inOrder = false, timeout = 60, signal } = options;
  const { connect = fullMesh(nodes.map(({ name }) => name)) } = options;
  const id = `${temporaryPrefix}${randomBytes(8).toString("hex")}`;
  const credentials = { rpcUser: temporaryUser, rpcPassword: await temporaryPassword(id) };
  const life = options.lasts === undefined ? ownedLabels() : lastingLabels(options.lasts);
  const remove = (): Promise<number> => removeTemporary(docker, { [label.stackId]: id });
  try {
    await createSmallNetwork(docker, {
      name: id,
      labels: { ...stackLabels(id, id, "network"), ...life },
      hosts: nodes.length + (options.guests ?? 0),
      signal,
    });
    const auth = rpcAuth(credentials.rpcUser, credentials.rpcPassword);
    const startOne = async (node: TemporaryNode): Promise<NodeSpec> => {
      const { name, role, wallets, image, offers = nothing } = node;
      const own = [...(options.arguments ?? []), ...(node.arguments ?? [])];
      const { hostname, command, ports } = nodeContainer({ name, offers, connect, arguments: own });
      // Given, and not the engine's choice: that would be another one after each start.
      const container = await startOnPorts(docker, ports, signal, {
        name: `${id}-${name}`,
        Image: image,
        Hostname: hostname,
        Cmd: [`-rpcauth=${auth}`, ...command],
        StopTimeout: confinement.stopTimeout,
        Labels: {
          ...unownedLabels,
          ...stackLabels(id, id, "node"),
          [label.node]: name,
          ...options.labels,
          ...life,
        },
        HostConfig: {
          // Its root is not read-only: without a volume, the datadir is in it.
          CapDrop: confinement.capabilityDrops,
          SecurityOpt: confinement.securityOptions,
          LogConfig: { Type: confinement.logDriver, Config: confinement.logOptions },
        },
        NetworkingConfig: { EndpointsConfig: { [id]: { Aliases: [hostname] } } },
      });
      return { name, role, wallets, containerId: container.id };
    };
    const specs = inOrder ? await inTurn(nodes, startOne) : await allEnded(nodes.map(startOne));
    const inputs = { nodes: specs, connect, ...credentials, timeout };
    return {
      id,
      inputs,
      life,
      run: (work, watch = {}) => {
        const { status = ignore } = watch;
        return onNodes(docker, inputs, { signal: joinSignals(signal, watch.signal), status }, work);
      },
      [Symbol.asyncDispose]: async () => {
        await remove();
      },
    };
  } catch (error) {
    // Whether or not its start was seen to the end.
    await remove().catch((leftover: unknown) => {
      throw new AggregateError(
        [engineError(error), leftover],
        `${id} failed to start, and could not be removed`,
      );
    });
    // The engine goes on with what an aborted call asked for. What this process owns goes with it in any case.
    const ref = options.lasts !== undefined;
    const late = removeLateOnes(() => remove().catch(() => undefined), { ref });
    if (ref) await late;
    throw engineError(error);
  }
}

/** Ports that were free a moment ago may be taken when the container starts; then others are tried. */
export const mostTries = 5;

/** Starts a container that publishes these ports of its own on free ones of 127.0.0.1. */
async function startOnPorts(
  docker: Docker,
  ports: readonly number[],
  abortSignal: AbortSignal,
  options: Docker.ContainerCreateOptions,
): Promise<Docker.Container> {
  for (let tried = 1; ; tried++) {
    const given = await freePorts(ports.length);
    const { ExposedPorts, PortBindings } = published(ports, given, reachOf(docker));
    const container = await docker.createContainer({
      ...options,
      ExposedPorts,
      HostConfig: { ...options.HostConfig, PortBindings },
      abortSignal,
    });
    try {
      await container.start({ abortSignal });
      return container;
    } catch (error) {
      if (tried === mostTries || !(await anyTaken(docker, given))) throw error;
      await container.remove({ force: true, v: true });
    }
  }
}

/** How a container is created that publishes these ports of its own on those of the engine's machine. */
export function published(
  ports: readonly number[],
  given: readonly number[],
  { publish }: Pick<Reach, "publish">,
): { ExposedPorts: Record<string, object>; PortBindings: object } {
  const bindings = ports.map((port, index) => [
    `${port}/tcp`,
    [{ HostIp: publish, HostPort: String(given[index]) }],
  ]);
  return {
    ExposedPorts: Object.fromEntries(ports.map((port) => [`${port}/tcp`, {}])),
    PortBindings: Object.fromEntries(bindings) as object,
  };
}

async function inTurn<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (const item of items) results.push(await work(item));
  return results;
}

function ignore(): void {
  // Nobody looks on.
}
