/** What must be true of hosts and of what is on them. */
import { crowdName } from "../../nodes/crowd.ts";
import type { GivenHost, HostChoice } from "./host-schema.ts";
import type { CheckedKeys } from "./network-schema.ts";
import { hostsFor, placed } from "./placement.ts";
import type { Check, Path } from "./rules.ts";

function labelsText({ name, labels = {} }: GivenHost): string {
  const told = Object.entries(labels).map(([label, text]) => `${label}: ${text}`);
  return `${name} has ${told.join(", ") || "none"}`;
}

/** A crowd is the swarm's to place, dials nodes that there are, and is called by a name of its own. */
export function crowdFits({ crowd, hosts, nodes, start }: CheckedKeys, { refuse }: Check): void {
  const { replicas, connect, image } = crowd;
  if (replicas === 0) return;
  if (hosts.length === 0) {
    refuse(["crowd", "replicas"], "a swarm places them, and hosts declares none; declare hosts");
  }
  const names = nodes.map(({ name }) => name);
  connect.forEach((name, index) => {
    if (!names.includes(name))
      refuse(["crowd", "connect", index], `there is no such node; there are ${names.join(", ")}`);
  });
  const called = names.indexOf(crowdName);
  if (called >= 0) refuse(["nodes", called, "name"], "the crowd is called so; give another");
  if (start === "snapshot" && image !== "debian")
    refuse(["crowd", "image"], "start is snapshot, which has the nodes' images; leave it out");
}

export function hostsFit(
  { hosts, nodes, services, explorer, crowd }: CheckedKeys,
  { refuse }: Check,
): void {
  const names = hosts.map(({ name }) => name);
  hosts.forEach(({ engine, certPath }, index) => {
    if (index > 0 && engine === undefined)
      refuse(["hosts", index, "engine"], "only the first host may leave it out; give its URL", "");
    if (certPath !== undefined && !/^(?:tcp|https):/.test(engine ?? ""))
      refuse(["hosts", index, "certPath"], "it goes with an engine of tcp:// or https:// alone");
  });
  const onHosts: readonly (readonly [Path, HostChoice])[] = [
    ...nodes.map(({ host }, index) => [["nodes", index, "host"], host] as const),
    ...services.map(({ host }, index) => [["services", index, "host"], host] as const),
    [["explorer", "host"], explorer?.host],
    [["crowd", "host"], crowd.host],
  ];
  const strangers = onHosts.filter(
    ([, host]) => host !== undefined && hostsFor(host, hosts).length === 0,
  );
  for (const [path, host] of strangers) {
    const known = [...new Set(names)].join(", ");
    const [none, there] =
      typeof host === "string"
        ? ["there is no such host", `there are ${known}`]
        : ["no host has all of these labels", hosts.map(labelsText).join("; ")];
    refuse(path, `${none}; ${names.length === 0 ? "hosts declares none" : there}`);
  }
  if (hosts.length === 0 || strangers.length > 0) return;
  const homes = placed(nodes, hosts);
  hosts.forEach(({ name, capacity }, index) => {
    const count = homes.filter((home) => home === name).length;
    if (capacity !== undefined && count > capacity)
      refuse(
        ["hosts", index, "capacity"],
        `${count} nodes are placed there; give more, or add a host`,
      );
  });
}

export function registryFits({ registry, hosts }: CheckedKeys, { refuse }: Check): void {
  if (registry !== "" && hosts.length === 0)
    refuse(["registry"], "it is for images of hosts, and hosts declares none; leave it out");
}
