/** From a container's inputs to what the engine is told. */
import type { ContainerCreateOptions, HostConfig } from "dockerode";

import type { ContainerInputs } from "./container-rules.ts";
import { parseDuration } from "./duration.ts";
import { labelMap } from "./properties.ts";

const mebibyte = 1024 * 1024;

/** The engine's own limits, which it can change in a container that exists too. */
type Limits = Pick<
  HostConfig,
  "RestartPolicy" | "Memory" | "MemoryReservation" | "MemorySwap" | "CpuShares" | "CpusetCpus"
>;

export function containerSpec(inputs: ContainerInputs): ContainerCreateOptions {
  return {
    name: inputs.name,
    Image: inputs.image,
    Cmd: inputs.command,
    Entrypoint: inputs.entrypoints,
    Env: inputs.envs,
    User: inputs.user,
    WorkingDir: inputs.workingDir,
    Hostname: inputs.hostname,
    Domainname: inputs.domainname,
    Labels: labelMap(inputs.labels),
    ExposedPorts: Object.fromEntries((inputs.ports ?? []).map((port) => [portKey(port), {}])),
    // Those with a source too, as the official provider has it; one without is an anonymous volume.
    Volumes: Object.fromEntries(
      (inputs.volumes ?? []).flatMap(({ containerPath }) =>
        containerPath ? [[containerPath, {}]] : [],
      ),
    ),
    StopSignal: inputs.stopSignal,
    StopTimeout: inputs.stopTimeout,
    Healthcheck: healthSpec(inputs.healthcheck),
    HostConfig: hostSpec(inputs),
  };
}

function hostSpec(inputs: ContainerInputs): HostConfig {
  return {
    ...limitsSpec(inputs),
    AutoRemove: inputs.rm,
    NetworkMode: inputs.networkMode,
    PublishAllPorts: inputs.publishAllPorts,
    PortBindings: portBindings(inputs.ports),
    Binds: (inputs.volumes ?? []).flatMap(bind),
    VolumesFrom: (inputs.volumes ?? []).flatMap(({ fromContainer, readOnly }) =>
      fromContainer ? [`${fromContainer}:${readOnly === true ? "ro" : "rw"}`] : [],
    ),
    Tmpfs: inputs.tmpfs,
    ExtraHosts: inputs.hosts?.map(({ host, ip }) => `${host}:${ip}`),
    Dns: inputs.dns,
    DnsOptions: inputs.dnsOpts,
    DnsSearch: inputs.dnsSearches,
    NanoCpus: inputs.cpus === undefined ? undefined : Math.round(Number(inputs.cpus) * 1e9),
    // The official provider leaves them out beside cpus.
    ...(inputs.cpus === undefined && { CpuPeriod: inputs.cpuPeriod, CpuQuota: inputs.cpuQuota }),
    ShmSize: bytes(inputs.shmSize),
    Ulimits: inputs.ulimits?.map(({ name, soft, hard }) => ({
      Name: name,
      Soft: soft,
      Hard: hard,
    })),
    Sysctls: inputs.sysctls,
    CapAdd: inputs.capabilities?.adds,
    CapDrop: inputs.capabilities?.drops,
    SecurityOpt: inputs.securityOpts,
    GroupAdd: inputs.groupAdds,
    Privileged: inputs.privileged,
    ReadonlyRootfs: inputs.readOnly,
    // Always sent, so that a default of the engine's own does not decide.
    Init: inputs.init ?? false,
    LogConfig:
      inputs.logDriver === undefined && inputs.logOpts === undefined
        ? undefined
        : { Type: inputs.logDriver ?? "", Config: inputs.logOpts ?? {} },
  };
}

export function limitsSpec(inputs: ContainerInputs): Limits {
  return {
    RestartPolicy: {
      Name: inputs.restart ?? "no",
      MaximumRetryCount: inputs.maxRetryCount,
    },
    Memory: bytes(inputs.memory),
    MemoryReservation: bytes(inputs.memoryReservation),
    MemorySwap: inputs.memorySwap === -1 ? -1 : bytes(inputs.memorySwap),
    CpuShares: inputs.cpuShares,
    CpusetCpus: inputs.cpuSet,
  };
}

type Port = NonNullable<ContainerInputs["ports"]>[number];

function portKey({ internal, protocol = "tcp" }: Port): string {
  return `${internal}/${protocol}`;
}

function portBindings(ports: Port[] = []): Record<string, { HostIp: string; HostPort: string }[]> {
  const bindings: Record<string, { HostIp: string; HostPort: string }[]> = {};
  for (const port of ports) {
    (bindings[portKey(port)] ??= []).push({
      // An empty address would bind IPv6 too.
      HostIp: port.ip || "0.0.0.0",
      // 0: the engine chooses.
      HostPort: String(port.external ?? 0),
    });
  }
  return bindings;
}

function bind(volume: NonNullable<ContainerInputs["volumes"]>[number]): string[] {
  const source = volume.hostPath || volume.volumeName;
  if (!source || !volume.containerPath) return [];
  return [`${source}:${volume.containerPath}:${volume.readOnly === true ? "ro" : "rw"}`];
}

function healthSpec(
  healthcheck: ContainerInputs["healthcheck"],
): ContainerCreateOptions["Healthcheck"] {
  if (healthcheck === undefined) return undefined;
  const {
    tests,
    interval = "0s",
    timeout = "0s",
    startPeriod = "0s",
    startInterval = "0s",
  } = healthcheck;
  return {
    Test: tests,
    Interval: parseDuration(interval),
    Timeout: parseDuration(timeout),
    StartPeriod: parseDuration(startPeriod),
    // Engines before API 1.44 refuse any value but none.
    ...(parseDuration(startInterval) > 0 && { StartInterval: parseDuration(startInterval) }),
    Retries: healthcheck.retries,
  };
}

function bytes(mebibytes: number | undefined): number | undefined {
  return mebibytes === undefined ? undefined : mebibytes * mebibyte;
}
