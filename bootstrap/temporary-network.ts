/** A network without a Pulumi stack, for the time of one scope: for golden values, and for tests of the bootstrap. */
import { randomBytes } from "node:crypto";

import type Docker from "dockerode";

import { engineError } from "../engine/errors.ts";
import { label, labelFilter, stackLabels } from "../engine/labels.ts";
import { type Role, rpcPortInContainer } from "./node.ts";
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
  /** Started in this order. */
  readonly nodes: readonly TemporaryNode[];
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
  { nodes, arguments: more = [], timeout = 60, signal }: TemporaryNetworkOptions,
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
    const specs: NetworkInputs["nodes"][number][] = [];
    for (const { name, role, image } of nodes) {
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
      specs.push({ name, role, containerId: container.id });
    }
    const inputs = { nodes: specs, connect: fullMesh(names), ...credentials, timeout };
    return {
      inputs,
      run: (work, watch = {}) => {
        const { status = ignore } = watch;
        return onNodes(docker, inputs, { signal: joinSignals(signal, watch.signal), status }, work);
      },
      [Symbol.asyncDispose]: () => remove(docker, id),
    };
  } catch (error) {
    await remove(docker, id);
    throw engineError(error);
  }
}

/** All that carries the label, whether or not its start was seen to the end. */
async function remove(docker: Docker, id: string): Promise<void> {
  const filters = labelFilter({ [label.stackId]: id });
  const containers = await docker.listContainers({ all: true, filters });
  await Promise.all(
    containers.map(({ Id }) => docker.getContainer(Id).remove({ force: true, v: true })),
  );
  for (const { Id } of await docker.listNetworks({ filters })) await docker.getNetwork(Id).remove();
}

function ignore(): void {
  // Nobody looks on.
}
