/** A network without a Pulumi stack, for the time of one scope: for golden values, and for tests of the bootstrap. */
import { randomBytes } from "node:crypto";

import type Docker from "dockerode";

import { engineError } from "../engine/errors.ts";
import { label, stackLabels } from "../engine/labels.ts";
import { removeContainersAndNetworks } from "../engine/sweep.ts";
import { type NodeSpec, type Role, rpcPortInContainer } from "./node.ts";
import { fullMesh } from "./peers.ts";
import { generatePassword, rpcAuth } from "./rpcauth.ts";
import type { Run } from "./run.ts";
import { type NetworkInputs, onNodes } from "./session.ts";
import { joinSignals } from "./wait.ts";

export interface TemporaryNode {
  /** Host name on the network, wallet name, and how the node presents itself to its peers. */
  readonly name: string;
  readonly role: Role;
  /** Reference or id of the image to start it from. */
  readonly image: string;
}

export interface TemporaryNetworkOptions {
  readonly nodes: readonly TemporaryNode[];
  /** Whether each node is started before the next one is made. Default: all at once. */
  readonly inOrder?: boolean;
  /** Arguments of bitcoind that all nodes get. Default: none. */
  readonly arguments?: readonly string[];
  /** Seconds that one step may wait. Default: 60. */
  readonly timeout?: number;
  /** Ends the start and every later {@link TemporaryNetwork.run}. */
  readonly signal: AbortSignal;
}

export interface TemporaryNetwork extends AsyncDisposable {
  readonly inputs: NetworkInputs;
  /**
   * Runs `work` on the nodes, wherever they are since their last start.
   * @param watch `signal` ends it, beside the network's own; `status` is told what is going on.
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
  { nodes, inOrder = false, arguments: more = [], timeout = 60, signal }: TemporaryNetworkOptions,
): Promise<TemporaryNetwork> {
  const id = `temporary-${randomBytes(4).toString("hex")}`;
  const credentials = { rpcUser: "user", rpcPassword: generatePassword() };
  const auth = rpcAuth(credentials.rpcUser, credentials.rpcPassword);
  const names = nodes.map(({ name }) => name);
  try {
    await docker.createNetwork({
      Name: id,
      CheckDuplicate: true,
      Labels: stackLabels(id, id, "network"),
      abortSignal: signal,
    });
    const startOne = async ({ name, role, image }: TemporaryNode): Promise<NodeSpec> => {
      const container = await docker.createContainer({
        Image: image,
        Hostname: name,
        Cmd: [
          `-rpcauth=${auth}`,
          `-uacomment=${name}`,
          ...names.filter((other) => other !== name).map((other) => `-addnode=${other}`),
          ...more,
        ],
        Labels: { ...stackLabels(id, id, "node"), [label.node]: name },
        ExposedPorts: { [`${rpcPortInContainer}/tcp`]: {} },
        HostConfig: {
          PortBindings: { [`${rpcPortInContainer}/tcp`]: [{ HostIp: "127.0.0.1", HostPort: "" }] },
          CapDrop: ["ALL"],
          SecurityOpt: ["no-new-privileges"],
        },
        NetworkingConfig: { EndpointsConfig: { [id]: { Aliases: [name] } } },
        abortSignal: signal,
      });
      await container.start({ abortSignal: signal });
      return { name, role, containerId: container.id };
    };
    const specs = inOrder ? await inTurn(nodes, startOne) : await Promise.all(nodes.map(startOne));
    const inputs = { nodes: specs, connect: fullMesh(names), ...credentials, timeout };
    return {
      inputs,
      run: (work, watch = {}) => {
        const { status = ignore } = watch;
        return onNodes(docker, inputs, { signal: joinSignals(signal, watch.signal), status }, work);
      },
      [Symbol.asyncDispose]: () => removeContainersAndNetworks(docker, { [label.stackId]: id }),
    };
  } catch (error) {
    // Whether or not its start was seen to the end.
    await removeContainersAndNetworks(docker, { [label.stackId]: id });
    throw engineError(error);
  }
}

async function inTurn<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (const item of items) results.push(await work(item));
  return results;
}

function ignore(): void {
  // Nobody looks on.
}
