/** A node of the network: its container on the engine, and a client for its RPC. */
import type Docker from "dockerode";

import { engineError, isNotFound, throwEngineError } from "../../engine/engine-error.ts";
import { engineOf } from "../../engine/fleet.ts";
import { publishedAddresses } from "../../engine/published.ts";
import { label, labelFilter } from "../../engine/labels.ts";
import { RpcClient } from "../rpc/client.ts";
import { portAddresses } from "./node-ports.ts";
import { endOf } from "../containers/container-exit.ts";

/** A miner mines and pays; a peer is connected and can be paid. */
export type Role = "miner" | "peer";

/**
 * A host name (RFC 1123) that is also a path component of an image's name (Docker) and can stand in
 * bitcoind's `-uacomment`. It begins with a letter: digits alone are an address to a resolver.
 */
export const nodeNamePattern = /^[a-z](?:[a-z0-9]|-(?=[a-z0-9])){0,31}$/;

/** What is known of a node before anybody has asked it. */
export interface NodeSpec {
  /** Its host name on the network, the name of its wallet, and how it presents itself to peers. */
  readonly name: string;
  readonly role: Role;
  readonly containerId: string;
  /** Name of the host that its container is on. Left out: the only one. */
  readonly host?: string | undefined;
  /** Wallets that it has beside its own. Default: none. */
  readonly wallets?: readonly string[] | undefined;
}

/** What is declared of a node, whichever container it has now. */
export function declarationOf({ name, role, wallets = [] }: NodeSpec): unknown {
  return { name, role, wallets };
}

export interface Credentials {
  readonly user: string;
  readonly password: string;
}

export interface Node extends NodeSpec {
  /** @internal */
  readonly container: Docker.Container;
  readonly credentials: Credentials;
  /** Address on the stack's network. The engine may give another one at each start. */
  readonly ip: string;
  readonly rpc: RpcClient;
  readonly containerName: string;
  /** What it publishes beside RPC → where: `p2p`, `zmq`, `zmqBlock`, `zmqTx`, `rest`. */
  readonly ports: Readonly<Record<string, string>>;
  /** The same client, for the node's own wallet. */
  readonly wallet: RpcClient;
  /** Seconds since 1970, with nine places, from which on its log is shown. Left out: all of it. */
  readonly logSince?: string | undefined;
}

export interface OpenOptions {
  /** Ends every call to the node. */
  readonly signal: AbortSignal;
  /** Milliseconds that one call may take. */
  readonly timeoutMs: number;
}

/** The port that bitcoind's RPC has inside its container, see images/bitcoind/bitcoin.conf. */
export const rpcPortInContainer = 18332;

/**
 * Finds the node's container and where its RPC is published. Says nothing yet about bitcoind.
 * @throws Error when the container is gone, is not running, is another node's, or publishes no RPC port.
 * @internal
 */
export async function openNode(
  docker: Docker,
  spec: NodeSpec,
  credentials: Credentials,
  options: OpenOptions,
): Promise<Node> {
  const container = docker.getContainer(spec.containerId);
  const inspected = await container
    .inspect({ abortSignal: options.signal })
    .catch((error: unknown) => {
      throw engineError(error);
    });
  const { State, Config, NetworkSettings } = inspected;
  const found = Config.Labels[label.node];
  if (found !== spec.name) {
    throw new Error(
      `${spec.name}: container ${spec.containerId} is not its own but ${found ?? "nobody"}'s; ` +
        "npm run up creates its own",
    );
  }
  const end = await endOf({ ...spec, container }, inspected);
  if (end !== undefined) throw end;
  if (!State.Running) {
    throw new Error(
      `${spec.name}: its container is ${State.Status}, not running; start it, as npm run up does for a stack`,
    );
  }
  const published = NetworkSettings.Ports[`${rpcPortInContainer}/tcp`]?.[0];
  if (published === undefined) {
    throw new Error(
      `${spec.name}: its container does not publish the RPC port ${rpcPortInContainer}; ` +
        "remove the container, and npm run up creates another",
    );
  }
  const hostPorts = Object.values(NetworkSettings.Ports as Partial<typeof NetworkSettings.Ports>)
    .flatMap((bindings) => bindings ?? [])
    .map(({ HostPort }) => Number(HostPort));
  const addressOf = await publishedAddresses(container, hostPorts);
  const url = `http://${addressOf(Number(published.HostPort))}`;
  const rpc = new RpcClient({ ...options, ...credentials, url });
  return {
    ...spec,
    container,
    containerName: inspected.Name.slice(1),
    credentials,
    ip: await ownAddress(container, inspected),
    ports: portAddresses(NetworkSettings.Ports, Config.Cmd, addressOf, url),
    rpc,
    wallet: rpc.wallet(spec.name),
  };
}

/**
 * Node's name → its address on the stack's network; "" while it does not run.
 * @internal
 */
export async function addressesOf(
  docker: Docker,
  specs: readonly NodeSpec[],
): Promise<Record<string, string>> {
  const addresses = await Promise.all(
    specs.map(async ({ name, containerId }) => {
      const container = docker.getContainer(containerId);
      return [name, await ownAddress(container, await container.inspect())] as const;
    }),
  );
  return Object.fromEntries(addresses);
}

/** People connect nodes to networks of theirs as well, on which the other nodes need not be. */
async function ownAddress(
  container: Docker.Container,
  { Config, NetworkSettings }: Docker.ContainerInspectInfo,
): Promise<string> {
  const attached = Object.values(NetworkSettings.Networks).filter(
    ({ IPAddress }) => IPAddress !== "",
  );
  if (attached.length > 1) {
    const filters = labelFilter({ [label.stackId]: Config.Labels[label.stackId] ?? "" });
    const networks = await engineOf(container).listNetworks({ filters });
    const own = new Set(networks.map(({ Id }) => Id));
    attached.sort((a, b) => Number(own.has(b.NetworkID)) - Number(own.has(a.NetworkID)));
  }
  return attached[0]?.IPAddress ?? "";
}

/**
 * Names of the nodes that somebody stopped, so that bitcoind ended in order, or paused.
 * @internal
 */
export async function absentNodes(docker: Docker, specs: readonly NodeSpec[]): Promise<string[]> {
  const names = await Promise.all(
    specs.map(async ({ name, containerId }) => {
      const { State } = await docker.getContainer(containerId).inspect();
      const stopped = State.Status === "exited" && State.ExitCode === 0;
      return stopped || State.Paused ? [name] : [];
    }),
  ).catch(throwEngineError);
  return names.flat();
}

/**
 * A line for each node whose container is gone, does not run, or is paused.
 * @internal
 */
export async function notRunning(docker: Docker, specs: readonly NodeSpec[]): Promise<string[]> {
  const lines = await Promise.all(
    specs.map(async ({ name, containerId }) => {
      try {
        const { State } = await docker.getContainer(containerId).inspect();
        return State.Running && !State.Paused && !State.Restarting
          ? []
          : [`${name}: its container is ${State.Status}`];
      } catch (error) {
        if (isNotFound(error)) return [`${name}: its container is gone`];
        throw engineError(error);
      }
    }),
  );
  return lines.flat();
}

/**
 * The nodes, until the end of the scope: `await using network = await openNodes(…)`.
 * @internal
 */
export async function openNodes(
  docker: Docker,
  specs: readonly NodeSpec[],
  credentials: Credentials,
  options: OpenOptions,
): Promise<{ readonly nodes: readonly Node[] } & AsyncDisposable> {
  const nodes = await Promise.all(
    specs.map((spec) => openNode(docker, spec, credentials, options)),
  );
  return {
    nodes,
    [Symbol.asyncDispose]: async () => {
      await Promise.all(nodes.map(({ rpc }) => rpc.close()));
    },
  };
}
