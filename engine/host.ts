/** Where the ports of containers are: that follows from where their engine is. */
import type Docker from "dockerode";

import { isThisMachine } from "../base/proxies.ts";
import { pointing } from "../base/troubleshooting.ts";
import type { Endpoint } from "./endpoint.ts";

export const loopback = "127.0.0.1";

export interface Reach {
  /** Address of the engine's machine that ports are published at. */
  readonly publish: string;
  /** Host name or address at which programs here find them. */
  readonly address: string;
}

/** An engine of this machine: nobody else reaches what it publishes. */
export const onThisMachine: Reach = { publish: loopback, address: loopback };

/** The variable that says where ports of an engine elsewhere are found, and that RPC may go there unencrypted. */
const addressVariable = "REGTEST_ADDRESS";

/**
 * An address is published at alone; a name may stand for any of the machine's, so that it is all of them.
 * @throws Error that says what to set, when the engine is elsewhere and nobody has said that RPC may go there
 */
export function reachOfEndpoint(
  { host, source, address }: Pick<Endpoint, "host" | "source" | "address">,
  env: NodeJS.ProcessEnv = process.env,
): Reach {
  const given = address ?? env[addressVariable];
  if (given) {
    if (!addressPattern.test(given)) {
      throw new Error(`${addressVariable} is ${JSON.stringify(given)}; ${addressAllowed}`);
    }
    if (isThisMachine(given)) return onThisMachine;
    return { publish: numericPattern.test(given) ? given : "0.0.0.0", address: given };
  }
  if (isLocal(host)) return onThisMachine;
  const { hostname } = new URL(host);
  const say =
    address === undefined ? `${addressVariable}=${hostname}` : `its address to ${hostname}`;
  throw new Error(
    pointing(
      `The Docker engine ${host} (${source}) is on another machine, where this one reaches RPC only over the network: ` +
        `unencrypted, with the password in it. If that network is yours, set ${say}`,
      "engine-elsewhere",
    ),
  );
}

/** Whether what this machine has at its loopback address is the engine's: its own, or brought here by SSH. */
function isLocal(host: string): boolean {
  const { protocol, hostname } = new URL(host);
  return ["unix:", "npipe:", "ssh:"].includes(protocol) || isThisMachine(hostname);
}

const numericPattern = /^\d+(?:\.\d+){3}$/;

/** What {@link Endpoint.address} may be. */
export const addressPattern = /^\w[\w-]*(?:\.\w[\w-]*)*$/;
export const addressAllowed = "give a host name or an IPv4 address, without scheme and port";

/** Modem of a client → where its engine is. A client shares its modem with the containers that it gives out. */
const endpoints = new WeakMap<object, NotedEndpoint>();

interface NotedEndpoint extends Endpoint {
  /** Whether this program is in a container of that engine, with a network of its own. */
  readonly around?: boolean;
}

/** What {@link reachOf} goes by. */
export function noteEndpoint({ modem }: Docker, endpoint: NotedEndpoint): void {
  endpoints.set(modem, endpoint);
}

/** Undefined where no engine was looked for, as in tests. */
export function endpointOf({ modem }: { readonly modem: unknown }): Endpoint | undefined {
  return endpoints.get(modem as object);
}

/** What somebody said of where its ports are. */
function addressOf({ address }: Endpoint): string | undefined {
  return address ?? process.env[addressVariable];
}

/** Of the engine of this client, or of a container's. @throws as {@link reachOfEndpoint} */
export function reachOf(from: { readonly modem: unknown }): Reach {
  const endpoint = endpoints.get(from.modem as object);
  if (endpoint?.around === true && !addressOf(endpoint)) {
    throw new Error(
      pointing(
        `This program runs in a container of the Docker engine ${endpoint.host} (${endpoint.source}), from which ` +
          "127.0.0.1 of the engine's machine is not to be reached. Start the container with --network=host, or set " +
          `${addressVariable} to an address of that machine`,
        "engine-elsewhere",
      ),
    );
  }
  return endpoint === undefined ? onThisMachine : reachOfEndpoint(endpoint);
}

/** Whether ports are to be had on this machine, so that its own tell which are free. */
export function isHere(from: { readonly modem: unknown }): boolean {
  const endpoint = endpointOf(from);
  return endpoint === undefined || (!addressOf(endpoint) && isLocal(endpoint.host));
}

/** Whether this process has to bring ports here by SSH itself. */
export function isTunnelled(endpoint: Endpoint): boolean {
  return new URL(endpoint.host).protocol === "ssh:" && !addressOf(endpoint);
}
