/** The engine that a program names, or those of its hosts, as an input of its resources. */
import type Docker from "dockerode";

import { messageOf } from "../base/message.ts";
import { connectEngine } from "./client.ts";
import { engineOfHost, fleetOf } from "./fleet.ts";

export interface OnEngine {
  /** Left out: the one that this process finds by itself, as the docker CLI does. */
  readonly engine?: EngineInput | undefined;
}

/** An engine as the Docker provider has it, or several of them. */
export interface EngineInput {
  /** Such as `unix:///path` or `tcp://host:port`. */
  readonly host?: string | undefined;
  /** The folder with `ca.pem`, `cert.pem` and `key.pem`, for an engine behind TLS. */
  readonly certPath?: string | undefined;
  /** The hosts of a network that is on several, a manager of their swarm first: what stands above is its own then. */
  readonly hosts?: readonly HostInput[] | undefined;
}

/** One of several hosts. */
export interface HostInput extends Pick<EngineInput, "host" | "certPath"> {
  readonly name: string;
  /** Where its ports are reached, with the word that RPC may go there unencrypted. */
  readonly address?: string | undefined;
}

/** What of a network's inputs says where its containers are. */
interface Placement {
  readonly nodes?: readonly PlacedContainer[];
  readonly services?: readonly PlacedContainer[];
}

interface PlacedContainer {
  readonly containerId?: string | undefined;
  readonly host?: string | undefined;
}

/**
 * The engine that the inputs name; of hosts, one client for all, see {@link fleetOf}.
 * @param options.silentToo Whether hosts but the first may not answer: what they have is not there then. Default: no.
 * @throws Error that names the host whose engine does not answer
 */
export async function connectTo(
  inputs: object,
  signal: AbortSignal,
  { silentToo = false }: { readonly silentToo?: boolean } = {},
): Promise<Docker> {
  const { engine = {}, nodes = [], services = [] } = inputs as OnEngine & Placement;
  const { hosts = [] } = engine;
  if (hosts.length === 0) return await connected(engine, signal);
  const silent = new Map<string, string>();
  const found = await Promise.all(
    hosts.map(async ({ name, ...host }, index) => {
      try {
        return [[name, await connected(host, signal)] as const];
      } catch (cause) {
        signal.throwIfAborted();
        const reason = messageOf(cause);
        if (!silentToo || index === 0)
          throw new Error(`hosts[${index}], ${name}: ${reason}`, { cause });
        silent.set(name, reason);
        return [];
      }
    }),
  );
  const placed = [...nodes, ...services].flatMap(({ containerId, host }) =>
    containerId === undefined || host === undefined ? [] : [[containerId, host] as const],
  );
  return fleetOf(new Map(found.flat()), { placed: new Map(placed), silent });
}

/** The one of them that builds, and has images and snapshots: of hosts, the first. @throws Error as {@link connectTo} */
export async function connectToFirst({ engine }: OnEngine, signal: AbortSignal): Promise<Docker> {
  const one = engine?.hosts && { hosts: engine.hosts.slice(0, 1) };
  return engineOfHost(await connectTo({ engine: one ?? engine }, signal));
}

async function connected(
  { host, certPath, address }: Omit<HostInput, "name">,
  signal: AbortSignal,
): Promise<Docker> {
  if (!host) return await connectEngine({ address, signal });
  const env = {
    ...process.env,
    ...(certPath && { DOCKER_CERT_PATH: certPath, DOCKER_TLS_VERIFY: "1" }),
  };
  return await connectEngine({ host, address, env, signal });
}
