/** The properties of `docker:index/service:Service`. */
import type { ServiceArgs, types } from "@pulumi/docker";

import { durationProblem } from "./duration.ts";
import {
  between,
  flag,
  integer,
  labelFields,
  object,
  objectList,
  objectSet,
  oneOf,
  refused,
  replaces,
  text,
  textMap,
  texts,
  textSet,
  updates,
  type FieldsOf,
  type InputsOf,
  type TableOf,
} from "./rules.ts";

const duration = text({ problem: durationProblem });
const atLeastZero = integer({ problem: between(0) });

const containerSpec = object<types.input.ServiceTaskSpecContainerSpec>(
  {
    image: text({ required: true }),
    commands: texts(),
    args: texts(),
    env: textMap(),
    dir: text(),
    user: text(),
    groups: texts(),
    hostname: text(),
    labels: objectSet<types.input.ServiceTaskSpecContainerSpecLabel>(labelFields, {
      replaces: true,
    }),
    hosts: objectSet<types.input.ServiceTaskSpecContainerSpecHost>(
      { host: text({ required: true }), ip: text({ required: true }) },
      { replaces: true },
    ),
    dnsConfig: object<types.input.ServiceTaskSpecContainerSpecDnsConfig>(
      { nameservers: texts({ required: true }), searches: texts(), options: texts() },
      { computed: true },
    ),
    mounts: objectSet<types.input.ServiceTaskSpecContainerSpecMount>({
      type: text({ required: true, problem: oneOf("bind", "volume", "tmpfs") }),
      target: text({ required: true }),
      source: text(),
      readOnly: flag(),
      bindOptions: object<types.input.ServiceTaskSpecContainerSpecMountBindOptions>({
        propagation: text({
          default: "rprivate",
          problem: oneOf("private", "rprivate", "shared", "rshared", "slave", "rslave"),
        }),
      }),
      volumeOptions: object<types.input.ServiceTaskSpecContainerSpecMountVolumeOptions>({
        noCopy: flag(),
        labels:
          objectSet<types.input.ServiceTaskSpecContainerSpecMountVolumeOptionsLabel>(labelFields),
        driverName: text(),
        driverOptions: textMap(),
      }),
      tmpfsOptions: object<types.input.ServiceTaskSpecContainerSpecMountTmpfsOptions>({
        sizeBytes: integer(),
        mode: integer(),
      }),
    }),
    readOnly: flag(),
    init: flag({ computed: true }),
    isolation: text({ default: "default", problem: oneOf("default") }),
    sysctl: textMap({ replaces: true }),
    capAdds: texts(),
    capDrops: texts(),
    stopSignal: text(),
    stopGracePeriod: text({ computed: true, problem: durationProblem }),
    healthcheck: object<types.input.ServiceTaskSpecContainerSpecHealthcheck>(
      {
        tests: texts(),
        interval: text({ default: "0s", problem: durationProblem }),
        timeout: text({ default: "0s", problem: durationProblem }),
        startPeriod: text({ default: "0s", problem: durationProblem }),
        retries: atLeastZero,
      },
      { computed: true },
    ),
    privileges: refused(),
    configs: refused(),
    secrets: refused(),
  },
  { required: true },
);

const taskSpec = object<types.input.ServiceTaskSpec>(
  {
    containerSpec,
    resources: object<types.input.ServiceTaskSpecResources>(
      {
        limits: object<types.input.ServiceTaskSpecResourcesLimits>({
          memoryBytes: integer(),
          nanoCpus: integer(),
        }),
        reservation: object<types.input.ServiceTaskSpecResourcesReservation>({
          memoryBytes: integer(),
          nanoCpus: integer(),
          genericResources: refused(),
        }),
      },
      { computed: true },
    ),
    restartPolicy: object<types.input.ServiceTaskSpecRestartPolicy>(
      {
        condition: text({ problem: oneOf("none", "on-failure", "any") }),
        delay: duration,
        maxAttempts: atLeastZero,
        window: duration,
      },
      { computed: true },
    ),
    placement: object<types.input.ServiceTaskSpecPlacement>(
      {
        constraints: textSet(),
        prefs: textSet(),
        maxReplicas: atLeastZero,
        platforms: objectSet<types.input.ServiceTaskSpecPlacementPlatform>({
          architecture: text({ required: true }),
          os: text({ required: true }),
        }),
      },
      { computed: true },
    ),
    networksAdvanceds: objectSet<types.input.ServiceTaskSpecNetworksAdvanced>(
      {
        id: text(),
        // eslint-disable-next-line @typescript-eslint/no-deprecated -- served as the official plugin serves it
        name: text(),
        aliases: textSet(),
        driverOpts: textSet(),
      },
      { replaces: true, problem: networksProblem },
    ),
    logDriver: object<types.input.ServiceTaskSpecLogDriver>({
      name: text({ required: true }),
      options: textMap(),
    }),
    forceUpdate: integer({ computed: true, problem: between(0) }),
    runtime: text({ computed: true, problem: oneOf("container") }),
  },
  { required: true },
);

/** Of updates and of rollbacks; they differ in what may be done about a failure. */
function strategy(
  ...failureActions: string[]
): FieldsOf<types.input.ServiceUpdateConfig> & FieldsOf<types.input.ServiceRollbackConfig> {
  return {
    parallelism: integer({ default: 1, problem: between(0) }),
    delay: text({ default: "0s", problem: durationProblem }),
    failureAction: text({ default: "pause", problem: oneOf(...failureActions) }),
    monitor: text({ default: "5s", problem: durationProblem }),
    maxFailureRatio: text({ default: "0.0", problem: ratioProblem }),
    order: text({ default: "stop-first", problem: oneOf("stop-first", "start-first") }),
  };
}

export const serviceTable = {
  name: replaces(text()),
  labels: updates(objectSet<types.input.ServiceLabel>(labelFields, { computed: true })),
  taskSpec: updates(taskSpec),
  mode: updates(
    object<types.input.ServiceMode>(
      {
        replicated: object<types.input.ServiceModeReplicated>(
          { replicas: integer({ default: 1, problem: between(0) }) },
          { computed: true },
        ),
        global: flag(),
      },
      { computed: true, problem: modeProblem },
    ),
  ),
  endpointSpec: updates(
    object<types.input.ServiceEndpointSpec>(
      {
        mode: text({ computed: true, problem: oneOf("vip", "dnsrr") }),
        ports: objectList<types.input.ServiceEndpointSpecPort>({
          name: text(),
          protocol: text({ default: "tcp", problem: oneOf("tcp", "udp", "sctp") }),
          targetPort: integer({ required: true, problem: between(1, 65_535) }),
          publishedPort: integer({ computed: true, problem: between(0, 65_535) }),
          publishMode: text({ default: "ingress", problem: oneOf("host", "ingress") }),
        }),
      },
      { computed: true },
    ),
  ),
  updateConfig: updates(
    object<types.input.ServiceUpdateConfig>(strategy("pause", "continue", "rollback")),
  ),
  rollbackConfig: updates(object<types.input.ServiceRollbackConfig>(strategy("pause", "continue"))),
  convergeConfig: updates(
    object<types.input.ServiceConvergeConfig>({
      delay: text({ default: "7s", problem: durationProblem }),
      timeout: text({ default: "3m", problem: durationProblem }),
    }),
  ),
  auth: replaces(
    object<types.input.ServiceAuth>({
      serverAddress: text({ required: true }),
      username: text(),
      password: text(),
    }),
  ),
} as const satisfies TableOf<ServiceArgs>;

export type ServiceInputs = InputsOf<ServiceArgs, typeof serviceTable>;

function networksProblem(
  networks: { id?: string | undefined; name?: string | undefined }[],
): string | undefined {
  return networks.every(({ id, name }) => id || name) ? undefined : "needs an id in each element";
}

function modeProblem(mode: {
  global?: boolean | undefined;
  replicated?: unknown;
}): string | undefined {
  return mode.global === true && mode.replicated !== undefined
    ? "has global and replicated, of which it may have one"
    : undefined;
}

function ratioProblem(value: string): string | undefined {
  return value !== "" && Number(value) >= 0 && Number(value) <= 1
    ? undefined
    : `is "${value}", but must be a number from 0.0 to 1.0`;
}
