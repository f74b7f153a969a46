/** The name of a resource for people, from its URN. */
import { nameOf } from "../urn.ts";

const kinds: Readonly<Record<string, string>> = { RemoteImage: "image" };

/** `node alice`, `image bitcoind`, `bootstrap`. */
export function resourceTitle(urn: string): string {
  const name = nameOf(urn);
  const [parent, type] = splitTypes(urn);
  const last = type.slice(type.lastIndexOf(":") + 1);
  const kind =
    last === "Container" && parent.endsWith(":BitcoinNode")
      ? "node"
      : (kinds[last] ?? last.replaceAll(/\B[A-Z]/g, " $&").toLowerCase());
  return kind === name.toLowerCase() ? name : `${kind} ${name}`;
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
