/** The name of a resource for people, from its URN. */
import { nameOf, networkType } from "../urn.ts";

const kinds: Readonly<Record<string, string>> = { RemoteImage: "image" };

/**
 * `node alice`, `image bitcoind`, `bootstrap`.
 * @param networks names of the stack's networks: the name of the only one is left out
 */
export function resourceTitle(urn: string, networks: ReadonlySet<string> = new Set()): string {
  const name = shortName(urn, networks);
  const [parent, type] = splitTypes(urn);
  const last = type.slice(type.lastIndexOf(":") + 1);
  const kind =
    last === "Container" && parent.endsWith(":BitcoinNode")
      ? "node"
      : (kinds[last] ?? last.replaceAll(/\B[A-Z]/g, " $&").toLowerCase());
  return kind === name.toLowerCase() ? name : `${kind} ${name}`;
}

/** Its name in the program, without that of the only network before it. */
export function shortName(urn: string, networks: ReadonlySet<string>): string {
  const name = nameOf(urn);
  const [network, ...others] = networks;
  const isOnly = others.length === 0 && urn.includes(`${networkType}$`);
  return isOnly && name.startsWith(`${network}-`) ? name.slice(`${network}-`.length) : name;
}

/** The network that a URN is of, if it is one. */
export function networkNamed(urn: string): string | undefined {
  return splitTypes(urn)[1] === networkType ? nameOf(urn) : undefined;
}

/** Whether what its plugin says are steps, each done when the next one begins. Those of others are about one and the same. */
export function speaksInSteps(urn: string): boolean {
  return splitTypes(urn)[1].startsWith("regtest:");
}

/** The type of its parent, if it has one, and its own. */
function splitTypes(urn: string): [string, string] {
  const types = (urn.split("::")[2] ?? "").split("$");
  return [types.at(-2) ?? "", types.at(-1) ?? ""];
}
