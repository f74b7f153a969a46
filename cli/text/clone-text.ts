/** What is printed of clones. */
import type { TestNetwork } from "../../testing/network.ts";
import type { ListedClone } from "../../testing/open-clone.ts";
import { age, relative } from "./age.ts";
import { freshBlockText } from "./fresh-block-text.ts";

type Told = Pick<TestNetwork, "id" | "manifest" | "nodes" | "services" | "freshBlock">;

/** All that a program in another language needs. */
export function described({ id, manifest, nodes, services, freshBlock }: Told): unknown {
  const { height, tip } = manifest.facts;
  const rpc = nodes.map(({ name, url, user, password, ports, containerName }) => [
    name,
    { url, user, password, wallet: name, ports, container: containerName },
  ]);
  return {
    id,
    /** Of the containers that want to be on it. */
    network: id,
    snapshot: manifest.snapshot,
    height,
    tip,
    /** On top of these; left out: none was asked for. */
    freshBlock,
    nodes: Object.fromEntries(rpc) as unknown,
    services: Object.fromEntries(
      Object.values(services).map(({ name, urls, containerName }) => [
        name,
        { urls, container: containerName },
      ]),
    ),
  };
}

export function told(network: Told): string {
  const { id, manifest, nodes, services, freshBlock } = network;
  const [first] = nodes;
  const line = (name: string, places: readonly string[]): string =>
    ["", name.padEnd(10), ...places].join("  ");
  return [
    `Network ${id} is up, from snapshot ${manifest.snapshot} at height ${manifest.facts.height}`,
    ...(freshBlock === undefined ? [] : [freshBlockText(freshBlock)]),
    "",
    ...nodes.map(({ name, url, ports }) => line(name, [url, ...Object.values(ports)])),
    ...Object.values(services).map(({ name, urls }) => line(name, Object.values(urls))),
    "",
    `  RPC user ${first?.user ?? ""}, password ${first?.password ?? ""}`,
    "",
    `Give it back: npm run release -- ${id}`,
    "",
  ].join("\n");
}

/** A line for each. @param now milliseconds since 1970 */
export function listed(clones: readonly ListedClone[], now = Date.now()): string {
  if (clones.length === 0) return "There are no clones.\n";
  const lines = clones.map(({ id, snapshot, nodes, created, expires }) => {
    const end =
      expires === undefined
        ? "ends with its process"
        : expires * 1_000 > now
          ? `ends ${relative(Math.round(expires - now / 1_000))}`
          : "its time is over";
    return [id, snapshot, nodes.join(", "), `started ${age(now - created * 1_000)}`, end].join(
      "  ",
    );
  });
  return `${lines.join("\n")}\n`;
}

/** For programs. Times in ISO 8601, UTC. */
export function listedValues(clones: readonly ListedClone[]): object {
  const iso = (seconds: number): string => new Date(seconds * 1_000).toISOString();
  return {
    clones: clones.map(({ created, expires, ...clone }) => ({
      ...clone,
      created: iso(created),
      expires: expires === undefined ? null : iso(expires),
    })),
  };
}
