/** From what the engine says of a container to its recorded state. */
import type { ContainerInspectInfo } from "dockerode";

import type { Properties } from "../server/handler.ts";
import { containerTable } from "./container-rules.ts";
import { formatDuration } from "./duration.ts";
import { plain } from "./properties.ts";
import { isRefused } from "./rules.ts";

const mebibyte = 1024 * 1024;

/**
 * The state after `before` (the recorded one, or after a create the inputs): what the engine tells is taken from
 * `found`. Envs, labels, volumes and connected networks are never read back, as in the official provider.
 * Of a container that should run and does not, `mustRun` is recorded as false and `ports` as empty: the next update
 * replaces it if it publishes any, and starts it otherwise.
 */
export function containerState(found: ContainerInspectInfo, before: Properties): Properties {
  const state = { ...plain(before), ...plain(told(found)) };
  const running = found.State.Running;
  const hasPorts = Array.isArray(before["ports"]) && before["ports"].length > 0;
  // The image may be given by id or by a name that can move; each is compared with its like.
  const image = String(before["image"]).startsWith("sha256:") ? found.Image : found.Config.Image;
  return {
    ...state,
    image,
    envs: isTextList(before["envs"]) ? before["envs"].toSorted() : [],
    mustRun: before["mustRun"] === true && running,
    // One that was stopped on purpose keeps the ports that it is to have.
    ...(hasPorts && (running || before["mustRun"] === true) && { ports: publishedPorts(found) }),
    ...(running ? { exitCode: undefined } : { exitCode: found.State.ExitCode }),
  };
}

/**
 * The state of a container that was made by other hands: what the engine tells, with the provider's defaults for the
 * rest. Its envs and labels are never read, so a program that has labels of its own would replace it, and Pulumi
 * refuses such an import.
 */
export function importedState(found: ContainerInspectInfo): Properties {
  const defaults = Object.entries(containerTable).flatMap(([name, property]) =>
    isRefused(property) || property.default === undefined
      ? []
      : [[name, property.default] as const],
  );
  const ports = publishedPorts(found);
  return containerState(found, {
    ...Object.fromEntries(defaults),
    mustRun: found.State.Running,
    image: found.Config.Image,
    ...(ports.length > 0 && { ports }),
  });
}

function isTextList(value: unknown): value is string[] {
  return Array.isArray(value);
}

function told(found: ContainerInspectInfo): Properties {
  const { HostConfig: host } = found;
  const config = found.Config as typeof found.Config & MoreConfig;
  return {
    name: found.Name.replace(/^\//, ""),
    hostname: config.Hostname,
    domainname: config.Domainname,
    command: config.Cmd,
    entrypoints: config.Entrypoint,
    user: config.User,
    workingDir: config.WorkingDir,
    stopSignal: config.StopSignal,
    stopTimeout: config.StopTimeout,
    ...(config.Healthcheck && { healthcheck: health(config.Healthcheck) }),

    rm: host.AutoRemove,
    readOnly: host.ReadonlyRootfs,
    dns: host.Dns,
    dnsOpts: host.DnsOptions,
    dnsSearches: host.DnsSearch,
    hosts: (host.ExtraHosts as string[] | null)?.map((entry) => {
      const colon = entry.indexOf(":");
      return { host: entry.slice(0, colon), ip: entry.slice(colon + 1) };
    }),
    securityOpts: host.SecurityOpt as string[] | null,
    publishAllPorts: host.PublishAllPorts,
    // What `docker run` writes for the network that is called "bridge".
    networkMode: host.NetworkMode === "default" ? "bridge" : host.NetworkMode,
    restart: host.RestartPolicy?.Name,
    maxRetryCount: host.RestartPolicy?.MaximumRetryCount,
    init: host.Init,
    privileged: host.Privileged,
    ...capabilities(host.CapAdd as string[] | null, host.CapDrop as string[] | null),
    groupAdds: host.GroupAdd,
    sysctls: host.Sysctls,
    tmpfs: host.Tmpfs,
    memory: mebibytes(host.Memory),
    memoryReservation: mebibytes(host.MemoryReservation),
    memorySwap: host.MemorySwap === -1 ? -1 : mebibytes(host.MemorySwap),
    shmSize: mebibytes(host.ShmSize),
    ...(host.NanoCpus !== undefined && host.NanoCpus > 0 && { cpus: cpus(host.NanoCpus) }),
    cpuShares: host.CpuShares,
    cpuSet: host.CpusetCpus,
    ...(host.Ulimits?.length && {
      ulimits: host.Ulimits.map(({ Name, Soft, Hard }) => ({ name: Name, soft: Soft, hard: Hard })),
    }),
    logDriver: host.LogConfig?.Type,
    ...logOptions(host.LogConfig?.Config as Record<string, string> | null | undefined),

    // Of the default bridge alone, and in every version that was tried empty.
    bridge: (found.NetworkSettings as { Bridge?: string }).Bridge ?? "",
    networkDatas: Object.entries(found.NetworkSettings.Networks).map(([networkName, network]) => ({
      networkName,
      ipAddress: network.IPAddress,
      ipPrefixLength: network.IPPrefixLen,
      gateway: network.Gateway,
      globalIpv6Address: network.GlobalIPv6Address,
      globalIpv6PrefixLength: network.GlobalIPv6PrefixLen,
      ipv6Gateway: network.IPv6Gateway,
      macAddress: network.MacAddress,
    })),
  };
}

/** The ports of a running container with the host ports that they have, sorted by number. */
function publishedPorts(found: ContainerInspectInfo): Properties[] {
  const published = found.NetworkSettings.Ports as Record<
    string,
    { HostIp: string; HostPort: string }[] | null
  >;
  return Object.entries(published)
    .flatMap(([key, bindings]) => {
      const [internal, protocol] = key.split("/");
      return (bindings ?? []).map(({ HostIp, HostPort }) => ({
        internal: Number(internal),
        external: Number(HostPort),
        ip: HostIp,
        protocol,
      }));
    })
    .sort((a, b) => a.internal - b.internal || a.external - b.external);
}

function capabilities(adds: string[] | null, drops: string[] | null): Properties {
  if (!adds?.length && !drops?.length) return {};
  return {
    capabilities: { ...(adds?.length && { adds }), ...(drops?.length && { drops }) },
  };
}

function logOptions(options: Record<string, string> | null | undefined): Properties {
  return options && Object.keys(options).length > 0 ? { logOpts: options } : {};
}

/** What the engine tells and the client's types leave out. */
interface MoreConfig {
  readonly StopSignal?: string;
  readonly StopTimeout?: number | null;
}

type Health = NonNullable<ContainerInspectInfo["Config"]["Healthcheck"]>;

function health(healthcheck: Health & { StartInterval?: number | undefined }): Properties {
  return {
    tests: healthcheck.Test,
    interval: formatDuration(healthcheck.Interval ?? 0),
    timeout: formatDuration(healthcheck.Timeout ?? 0),
    startPeriod: formatDuration(healthcheck.StartPeriod ?? 0),
    startInterval: formatDuration(healthcheck.StartInterval ?? 0),
    retries: healthcheck.Retries ?? 0,
  };
}

function mebibytes(bytes: number | undefined): number | undefined {
  return bytes === undefined ? undefined : Math.floor(bytes / mebibyte);
}

/** With at least one decimal, as the official provider writes it. */
function cpus(nanoCpus: number): string {
  const value = nanoCpus / 1e9;
  return Number.isInteger(value) ? value.toFixed(1) : String(value);
}
