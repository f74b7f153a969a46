/** The properties of `docker:index/container:Container`. */
import type { ContainerArgs, types } from "@pulumi/docker";

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
  textSet,
  texts,
  updates,
  type InputsOf,
  type TableOf,
} from "./rules.ts";

const duration = text({ default: "0s", problem: durationProblem });
const mebibytes = integer({ problem: between(0) });

export const containerTable = {
  // What runs.
  image: replaces(text({ required: true, problem: notEmpty })),
  name: replaces(text()),
  command: replaces(texts({ computed: true, problem: noEmptyElement })),
  entrypoints: replaces(texts({ computed: true })),
  envs: replaces(textSet({ computed: true })),
  user: replaces(text({ computed: true })),
  workingDir: replaces(text({ computed: true })),
  hostname: replaces(text({ computed: true })),
  domainname: replaces(text()),
  labels: replaces(objectSet<types.input.ContainerLabel>(labelFields, { computed: true })),

  // How others reach it, and it them.
  // Read back in the order of their numbers, so that a program has to give them in it.
  ports: replaces(
    objectList<types.input.ContainerPort>({
      internal: integer({ required: true, problem: between(1, 65_535) }),
      external: integer({ computed: true, problem: between(1, 65_535) }),
      ip: text({ default: "0.0.0.0" }),
      protocol: text({ default: "tcp", problem: oneOf("tcp", "udp", "sctp") }),
    }),
  ),
  publishAllPorts: replaces(flag()),
  networkMode: replaces(text({ default: "bridge" })),
  networksAdvanced: replaces(
    objectSet<types.input.ContainerNetworksAdvanced>({
      name: text({ required: true, problem: notEmpty }),
      aliases: textSet(),
      ipv4Address: text(),
      ipv6Address: text(),
      driverOpts: refused(),
      gwPriority: refused(),
      linkLocalIps: refused(),
      macAddress: refused(),
    }),
  ),
  hosts: replaces(
    objectSet<types.input.ContainerHost>({
      host: text({ required: true }),
      ip: text({ required: true }),
    }),
  ),
  dns: replaces(textSet()),
  dnsOpts: replaces(textSet()),
  dnsSearches: replaces(textSet()),

  // Where it keeps data.
  volumes: replaces(
    objectSet<types.input.ContainerVolume>(
      {
        containerPath: text({ problem: absolutePath }),
        hostPath: text({ problem: absolutePath }),
        volumeName: text(),
        fromContainer: text(),
        readOnly: flag(),
        selinuxRelabel: refused(),
      },
      { problem: volumesProblem },
    ),
  ),
  tmpfs: updates(textMap()),
  readOnly: replaces(flag()),

  // What it may use.
  memory: updates(mebibytes),
  memoryReservation: updates(mebibytes),
  memorySwap: updates(integer({ problem: between(-1) })),
  shmSize: replaces(integer({ computed: true, problem: between(0) })),
  cpus: replaces(text({ problem: cpusProblem })),
  cpuPeriod: updates(integer({ problem: between(0) })),
  cpuQuota: updates(integer({ problem: between(0) })),
  cpuShares: updates(integer({ problem: between(0) })),
  cpuSet: updates(text()),
  ulimits: replaces(
    objectSet<types.input.ContainerUlimit>({
      name: text({ required: true }),
      soft: integer({ required: true }),
      hard: integer({ required: true }),
    }),
  ),
  sysctls: replaces(textMap()),

  // What it is allowed.
  capabilities: replaces(
    object<types.input.ContainerCapabilities>({ adds: textSet(), drops: textSet() }),
  ),
  securityOpts: replaces(textSet({ computed: true, problem: noSystemPaths })),
  groupAdds: replaces(textSet()),
  privileged: replaces(flag()),

  // How it lives and ends.
  init: updates(flag({ computed: true })),
  start: updates(flag({ default: true })),
  mustRun: updates(flag({ default: true })),
  restart: updates(
    text({ default: "no", problem: oneOf("no", "on-failure", "always", "unless-stopped") }),
  ),
  maxRetryCount: updates(integer({ problem: between(0) })),
  healthcheck: updates(
    object<types.input.ContainerHealthcheck>(
      {
        tests: texts(),
        interval: duration,
        timeout: duration,
        startPeriod: duration,
        startInterval: duration,
        retries: integer({ problem: between(0) }),
      },
      { computed: true },
    ),
  ),
  wait: updates(flag()),
  waitTimeout: updates(integer({ default: 60, problem: between(1) })),
  stopSignal: replaces(text({ computed: true })),
  stopTimeout: replaces(integer({ computed: true, problem: between(0) })),
  destroyGraceSeconds: updates(integer({ problem: between(0) })),
  rm: updates(flag()),
  removeVolumes: updates(flag({ default: true })),
  logDriver: replaces(text({ computed: true })),
  logOpts: replaces(textMap()),
  containerReadRefreshTimeoutMilliseconds: updates(
    integer({ default: 15_000, problem: between(0) }),
  ),

  attach: refused("read the container's log with `docker logs`"),
  logs: refused("read the container's log with `docker logs`"),
  mounts: refused("use volumes or tmpfs"),
  uploads: refused("put the files into the image"),
  cgroupParent: refused(),
  cgroupnsMode: refused(),
  deviceCgroupRules: refused(),
  deviceReadBps: refused(),
  deviceReadIops: refused(),
  deviceRequests: refused(),
  deviceWriteBps: refused(),
  deviceWriteIops: refused(),
  devices: refused(),
  gpus: refused(),
  ipcMode: refused(),
  pidMode: refused(),
  platform: refused(),
  runtime: refused(),
  stdinOpen: refused(),
  storageOpts: refused(),
  tty: refused(),
  usernsMode: refused(),
} as const satisfies TableOf<ContainerArgs>;

/** What a program says of a container; `check` has filled in the name. */
export type ContainerInputs = InputsOf<ContainerArgs, typeof containerTable> & { name: string };

/** The properties that the engine can change in a container that exists. */
export const appliedInPlace: ReadonlySet<string> = new Set<keyof ContainerInputs>([
  "restart",
  "maxRetryCount",
  "memory",
  "memoryReservation",
  "memorySwap",
  "cpuShares",
  "cpuSet",
]);

function notEmpty(value: string): string | undefined {
  return value === "" ? "must not be empty" : undefined;
}

function noEmptyElement(value: string[]): string | undefined {
  const index = value.indexOf("");
  return index < 0 ? undefined : `must have no empty element, but [${index}] is one`;
}

/** The docker CLI and the official provider turn it into something else, which is then not read back as it was. */
function noSystemPaths(options: string[]): string | undefined {
  return options.some((option) => option.startsWith("systempaths="))
    ? "has systempaths, which is not served by this project's stand-in for the Docker plugin"
    : undefined;
}

function absolutePath(value: string): string | undefined {
  return value.startsWith("/") ? undefined : `is "${value}", but must be an absolute path`;
}

function cpusProblem(value: string): string | undefined {
  return /^\d+(\.\d+)?$/.test(value) && Number(value) > 0
    ? undefined
    : `is "${value}", but must be a number of CPUs such as "1.5"`;
}

function volumesProblem(
  volumes: { containerPath?: string | undefined; fromContainer?: string | undefined }[],
): string | undefined {
  const index = volumes.findIndex(
    ({ containerPath = "", fromContainer = "" }) =>
      (containerPath === "") === (fromContainer === ""),
  );
  return index < 0
    ? undefined
    : `must each have either a containerPath or a fromContainer, but [${index}] has not`;
}
