/** From a service's inputs to what the engine is told. */
import { parseDuration } from "./duration.ts";
import { labelMap } from "./properties.ts";
import type { ServiceInputs } from "./service-rules.ts";
import type * as wire from "./service-wire.ts";

type Task = ServiceInputs["taskSpec"];
type Container = Task["containerSpec"];
type Mount = NonNullable<Container["mounts"]>[number];
type Strategy = NonNullable<ServiceInputs["updateConfig"]>;

/** As the official provider sends it: what is left out goes as empty, and a grace period as none. */
export function serviceSpec(inputs: ServiceInputs & { name: string }): wire.Spec {
  const { mode, endpointSpec: endpoint } = inputs;
  return {
    Name: inputs.name,
    Labels: labelMap(inputs.labels),
    TaskTemplate: taskSpec(inputs.taskSpec),
    Mode: {
      ...(mode?.replicated && { Replicated: { Replicas: mode.replicated.replicas ?? 0 } }),
      ...(mode?.global && { Global: {} }),
    },
    ...(inputs.updateConfig && { UpdateConfig: strategy(inputs.updateConfig) }),
    ...(inputs.rollbackConfig && { RollbackConfig: strategy(inputs.rollbackConfig) }),
    EndpointSpec: {
      Mode: endpoint?.mode,
      Ports: endpoint?.ports?.map((port) => ({
        Name: port.name,
        Protocol: port.protocol,
        TargetPort: port.targetPort,
        PublishedPort: port.publishedPort,
        PublishMode: port.publishMode,
      })),
    },
  };
}

function taskSpec(task: Task): wire.TaskSpec {
  const { resources, restartPolicy: restart, placement, logDriver } = task;
  return {
    ContainerSpec: containerSpec(task.containerSpec),
    Resources: {
      ...(resources?.limits && { Limits: amounts(resources.limits) }),
      ...(resources?.reservation && { Reservations: amounts(resources.reservation) }),
    },
    RestartPolicy: {
      Condition: restart?.condition,
      Delay: nanoseconds(restart?.delay),
      MaxAttempts: restart?.maxAttempts,
      Window: nanoseconds(restart?.window),
    },
    Placement: {
      Constraints: placement?.constraints,
      Preferences: placement?.prefs?.map((by) => ({ Spread: { SpreadDescriptor: by } })),
      MaxReplicas: placement?.maxReplicas,
      Platforms: placement?.platforms?.map(({ architecture, os }) => ({
        Architecture: architecture,
        OS: os,
      })),
    },
    Networks: task.networksAdvanceds?.map((network) => ({
      // eslint-disable-next-line @typescript-eslint/no-deprecated -- served as the official plugin serves it
      Target: network.id || network.name,
      Aliases: network.aliases,
      DriverOpts: pairs(network.driverOpts),
    })),
    ...(logDriver && { LogDriver: { Name: logDriver.name, Options: logDriver.options } }),
    ForceUpdate: task.forceUpdate,
    Runtime: task.runtime,
  };
}

function containerSpec(container: Container): wire.ContainerSpec {
  const { dnsConfig: dns, healthcheck: health } = container;
  return {
    Image: container.image,
    Labels: labelMap(container.labels),
    Command: container.commands,
    Args: container.args,
    Env: Object.entries(container.env ?? {}).map(([name, value]) => `${name}=${value}`),
    Dir: container.dir,
    User: container.user,
    Groups: container.groups,
    Hostname: container.hostname,
    Hosts: container.hosts?.map(({ host, ip }) => `${ip} ${host}`),
    DNSConfig: { Nameservers: dns?.nameservers, Search: dns?.searches, Options: dns?.options },
    Mounts: container.mounts?.map(mountSpec),
    ReadOnly: container.readOnly,
    Init: container.init ?? false,
    Isolation: container.isolation,
    Sysctls: container.sysctl,
    CapabilityAdd: container.capAdds,
    CapabilityDrop: container.capDrops,
    StopSignal: container.stopSignal,
    StopGracePeriod: nanoseconds(container.stopGracePeriod) ?? 0,
    Healthcheck: {
      Test: health?.tests,
      Interval: nanoseconds(health?.interval),
      Timeout: nanoseconds(health?.timeout),
      StartPeriod: nanoseconds(health?.startPeriod),
      Retries: health?.retries,
    },
  };
}

function mountSpec({ bindOptions, volumeOptions, tmpfsOptions, ...mount }: Mount): wire.Mount {
  return {
    Type: mount.type,
    Target: mount.target,
    Source: mount.source,
    ReadOnly: mount.readOnly,
    ...(bindOptions && { BindOptions: { Propagation: bindOptions.propagation } }),
    ...(volumeOptions && {
      VolumeOptions: {
        NoCopy: volumeOptions.noCopy,
        Labels: labelMap(volumeOptions.labels),
        DriverConfig: { Name: volumeOptions.driverName, Options: volumeOptions.driverOptions },
      },
    }),
    ...(tmpfsOptions && {
      TmpfsOptions: { SizeBytes: tmpfsOptions.sizeBytes, Mode: tmpfsOptions.mode },
    }),
  };
}

function strategy(config: Strategy): wire.Strategy {
  return {
    Parallelism: config.parallelism,
    Delay: nanoseconds(config.delay),
    FailureAction: config.failureAction,
    Monitor: nanoseconds(config.monitor),
    MaxFailureRatio: Number(config.maxFailureRatio ?? 0),
    Order: config.order,
  };
}

function amounts(of: NonNullable<NonNullable<Task["resources"]>["limits"]>): wire.Amounts {
  return { MemoryBytes: of.memoryBytes, NanoCPUs: of.nanoCpus };
}

/** `NAME=VALUE` texts as an object. */
function pairs(texts: readonly string[] = []): Record<string, string> {
  return Object.fromEntries(
    texts.map((entry) => {
      const [name = "", ...value] = entry.split("=");
      return [name, value.join("=")];
    }),
  );
}

function nanoseconds(duration: string | undefined): number | undefined {
  return duration === undefined ? undefined : parseDuration(duration);
}
