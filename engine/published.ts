/** Where this process reaches ports that an engine publishes. */
import { endpointOf, isTunnelled, loopback, reachOf } from "./host.ts";

/** A port of the engine's machine → `HOST:PORT` for this process. */
export type Addresses = (port: number) => string;

/** @param from the engine's client, or a container of it */
export async function publishedAddresses(
  from: { readonly modem: unknown },
  ports: readonly number[],
): Promise<Addresses> {
  const { address } = reachOf(from);
  const endpoint = endpointOf(from);
  if (endpoint === undefined || !isTunnelled(endpoint)) return (port) => `${address}:${port}`;
  // Here, since few engines are behind SSH, and every process would load it.
  const { tunnelTo } = await import("./ssh.ts");
  const tunnel = await tunnelTo(endpoint.host);
  const here = new Map(
    await Promise.all(ports.map(async (port) => [port, await tunnel.forward(port)] as const)),
  );
  return (port) => `${loopback}:${here.get(port) ?? port}`;
}
