/**
 * Templates in what is declared of a service: `{{alice.rpc}}` stands for where a node is on the network,
 * `{{rpcPassword}}` for what differs from network to network.
 */
import type { Reach } from "../../engine/host.ts";
import { containerPorts, portAddress } from "../nodes/node-ports.ts";
import { type Credentials, rpcPortInContainer } from "../nodes/node.ts";
import type { ServiceDeclaration } from "./service.ts";

const placeholder = /\{\{\s*([^{}\s]*)\s*\}\}/g;

export type TemplateValues = Readonly<Record<string, string>>;

/** Placeholders whose values give access to the nodes. */
export function isSecretName(name: string): boolean {
  return name === "rpcPassword" || name.endsWith(".credentialsUrl");
}

/** Name of the placeholder of the address that the miner mines to, which is known when the nodes run. */
export const miningAddressName = "miningAddress";

/** Name of the placeholder of where published ports are found from outside the network. */
export const publishedHostName = "publishedHost";

/** The placeholders in a text. */
export function placeholdersIn(text: string): string[] {
  return [...text.matchAll(placeholder)].map(([, name = ""]) => name);
}

/** @throws Error that names a placeholder that has no value */
export function render(text: string, values: TemplateValues): string {
  return text.replace(placeholder, (_, name: string) => {
    const value = Object.hasOwn(values, name) ? values[name] : undefined;
    if (value === undefined)
      throw new Error(
        `{{${name}}} stands for nothing; there are ${Object.keys(values).join(", ")}`,
      );
    return value;
  });
}

/**
 * What the placeholders stand for that say where nodes and services are.
 * @param reach where published ports are found from outside the network
 */
export function addressValues(
  nodes: readonly { readonly name: string }[],
  services: readonly Pick<ServiceDeclaration, "name" | "ports">[],
  { address }: Pick<Reach, "address">,
): Record<string, string> {
  return Object.fromEntries([
    ...nodes.flatMap(({ name }) => [
      [`${name}.host`, name],
      [`${name}.rpc`, `${name}:${rpcPortInContainer}`],
      [`${name}.rpcPort`, String(rpcPortInContainer)],
      [`${name}.url`, `http://${name}:${rpcPortInContainer}`],
      [`${name}.p2p`, portAddress("p2p", name, containerPorts.p2p)],
      ...(["zmq", "zmqBlock", "zmqTx"] as const).map((port) => [
        `${name}.${port}`,
        portAddress(port, name, containerPorts[port]),
      ]),
    ]),
    ...services.flatMap(({ name, ports }) => [
      [`${name}.host`, name],
      ...ports.map((port) => [`${name}.${port.name}`, `${name}:${port.container}`]),
    ]),
    [publishedHostName, address],
  ]) as Record<string, string>;
}

/** What the placeholders stand for that let a service in. */
export function credentialValues(
  nodes: readonly { readonly name: string }[],
  { user, password }: Credentials,
): Record<string, string> {
  const who = `${encodeURIComponent(user)}:${encodeURIComponent(password)}`;
  return {
    rpcUser: user,
    rpcPassword: password,
    ...Object.fromEntries(
      nodes.map(({ name }) => [
        `${name}.credentialsUrl`,
        `http://${who}@${name}:${rpcPortInContainer}`,
      ]),
    ),
  };
}
