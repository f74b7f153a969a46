/** From what the engine says of a service to its recorded state. */
import type { Properties } from "../server/handler.ts";
import { formatDuration } from "./duration.ts";
import { labelList, plain } from "./properties.ts";
import type * as wire from "./service-wire.ts";

/** Everything but `auth` and `convergeConfig`, of which the engine knows nothing. */
export function serviceState(found: wire.Service, before: Properties): Properties {
  const { Spec: spec, Endpoint: endpoint } = found;
  const { Replicated: replicated, Global: global } = spec.Mode;
  return {
    ...plain(before),
    ...plain({
      name: spec.Name,
      labels: labelList(spec.Labels),
      taskSpec: task(spec.TaskTemplate),
      mode: {
        ...(replicated && { replicated: { replicas: replicated.Replicas ?? 0 } }),
        global: global !== undefined,
      },
      endpointSpec: {
        mode: endpoint?.Spec?.Mode ?? spec.EndpointSpec?.Mode,
        ports: (endpoint?.Ports ?? spec.EndpointSpec?.Ports ?? []).map((port) => ({
          name: port.Name,
          protocol: port.Protocol,
          targetPort: port.TargetPort,
          publishedPort: port.PublishedPort,
          publishMode: port.PublishMode,
        })),
      },
    }),
    updateConfig: strategy(spec.UpdateConfig),
    rollbackConfig: strategy(spec.RollbackConfig),
  };
}

function task(found: wire.TaskSpec): Properties {
  const { Resources: resources, RestartPolicy: restart, Placement: placement } = found;
  return {
    containerSpec: container(found.ContainerSpec),
    resources: resources && {
      limits: amounts(resources.Limits),
      reservation: amounts(resources.Reservations),
    },
    restartPolicy: restart && {
      condition: restart.Condition,
      delay: duration(restart.Delay),
      maxAttempts: restart.MaxAttempts,
      window: duration(restart.Window),
    },
    placement: placement && {
      constraints: placement.Constraints,
      prefs: placement.Preferences?.map(({ Spread }) => Spread.SpreadDescriptor),
      maxReplicas: placement.MaxReplicas ?? 0,
      platforms: placement.Platforms?.map(({ Architecture, OS }) => ({
        architecture: Architecture,
        os: OS,
      })),
    },
    // The engine knows them by id, whatever the program called them.
    networksAdvanceds: found.Networks?.map((network) => ({
      id: network.Target,
      aliases: network.Aliases,
      driverOpts: texts(network.DriverOpts),
    })),
    logDriver: found.LogDriver && {
      name: found.LogDriver.Name,
      options: found.LogDriver.Options,
    },
    forceUpdate: found.ForceUpdate ?? 0,
    runtime: found.Runtime,
  };
}

function container(found: wire.ContainerSpec): Properties {
  const { DNSConfig: dns, Healthcheck: health } = found;
  return {
    image: found.Image,
    labels: labelList(found.Labels),
    commands: found.Command,
    args: found.Args,
    env: Object.fromEntries((found.Env ?? []).map(split)),
    dir: found.Dir,
    user: found.User,
    groups: found.Groups,
    hostname: found.Hostname,
    hosts: found.Hosts?.map((entry) => {
      const [ip, host] = entry.split(" ");
      return { ip, host };
    }),
    dnsConfig: dns && { nameservers: dns.Nameservers, searches: dns.Search, options: dns.Options },
    mounts: found.Mounts?.map(mount),
    readOnly: found.ReadOnly,
    init: found.Init,
    isolation: found.Isolation,
    sysctl: found.Sysctls,
    capAdds: found.CapabilityAdd,
    capDrops: found.CapabilityDrop,
    stopSignal: found.StopSignal,
    stopGracePeriod: duration(found.StopGracePeriod),
    healthcheck: health && {
      tests: health.Test,
      interval: duration(health.Interval ?? 0),
      timeout: duration(health.Timeout ?? 0),
      startPeriod: duration(health.StartPeriod ?? 0),
      retries: health.Retries ?? 0,
    },
  };
}

function mount({ BindOptions: bind, VolumeOptions: volume, ...found }: wire.Mount): Properties {
  return {
    type: found.Type,
    target: found.Target,
    source: found.Source,
    readOnly: found.ReadOnly,
    bindOptions: bind && { propagation: bind.Propagation },
    volumeOptions: volume && {
      noCopy: volume.NoCopy,
      labels: labelList(volume.Labels),
      driverName: volume.DriverConfig?.Name,
      driverOptions: volume.DriverConfig?.Options,
    },
    tmpfsOptions: found.TmpfsOptions && {
      sizeBytes: found.TmpfsOptions.SizeBytes,
      mode: found.TmpfsOptions.Mode,
    },
  };
}

function amounts(found: wire.Amounts | null | undefined): Properties | undefined {
  return found ? { memoryBytes: found.MemoryBytes, nanoCpus: found.NanoCPUs } : undefined;
}

function strategy(found: wire.Strategy | undefined): Properties | undefined {
  return (
    found &&
    plain({
      parallelism: found.Parallelism ?? 0,
      delay: duration(found.Delay ?? 0),
      failureAction: found.FailureAction,
      monitor: duration(found.Monitor ?? 0),
      maxFailureRatio: (found.MaxFailureRatio ?? 0).toFixed(1),
      order: found.Order,
    })
  );
}

/** Without zeroes at its end, as the official provider shows those of services: `1m`. */
function duration(nanoseconds: number | null | undefined): string | undefined {
  if (nanoseconds === null || nanoseconds === undefined) return undefined;
  return formatDuration(nanoseconds).replace(/m0s$/, "m").replace(/h0m$/, "h");
}

function split(entry: string): [string, string] {
  const [name = "", ...value] = entry.split("=");
  return [name, value.join("=")];
}

function texts(options: Record<string, string> | null | undefined): string[] {
  return Object.entries(options ?? {}).map(([name, value]) => `${name}=${value}`);
}
