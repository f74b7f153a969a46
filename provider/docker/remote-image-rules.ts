/** The properties of `docker:index/remoteImage:RemoteImage`. */
import type { RemoteImageArgs, types } from "@pulumi/docker";

import {
  flag,
  object,
  refused,
  replaces,
  text,
  textMap,
  textSet,
  updates,
  type InputsOf,
  type TableOf,
} from "./rules.ts";

const buildKitAlone = refused("the classic builder, which alone is served, has no such thing");

const build = object<types.input.RemoteImageBuild>({
  context: text({ required: true }),
  dockerfile: text({ default: "Dockerfile" }),
  useLegacyBuilder: flag({
    required: true,
    problem: (value) =>
      value ? undefined : "must be true: the classic builder alone is served here",
  }),
  buildArgs: textMap(),
  labels: textMap(),
  tags: textSet(),
  target: text(),
  platform: text(),
  networkMode: text(),
  noCache: flag(),
  pullParent: flag(),
  remove: flag({ default: true }),
  forceRemove: flag(),
  label: refused("the official plugin gives it to BuildKit alone: use labels"),
  additionalContexts: buildKitAlone,
  builder: buildKitAlone,
  buildLogFile: buildKitAlone,
  cacheTos: buildKitAlone,
  provenance: buildKitAlone,
  sbom: buildKitAlone,
  secrets: buildKitAlone,
  authConfigs: refused(),
  buildId: refused(),
  cacheFroms: refused(),
  cgroupParent: refused(),
  cpuPeriod: refused(),
  cpuQuota: refused(),
  cpuSetCpus: refused(),
  cpuSetMems: refused(),
  cpuShares: refused(),
  extraHosts: refused(),
  isolation: refused(),
  memory: refused(),
  memorySwap: refused(),
  remoteContext: refused(),
  securityOpts: refused(),
  sessionId: refused(),
  shmSize: refused(),
  squash: refused(),
  suppressOutput: refused(),
  ulimits: refused(),
  version: refused(),
});

export const remoteImageTable = {
  name: replaces(
    text({ required: true, problem: (name) => (name === "" ? "must not be empty" : undefined) }),
  ),
  build: replaces(build),
  triggers: replaces(textMap()),
  platform: replaces(text()),
  keepLocally: updates(flag()),
  forceRemove: updates(flag()),
  pullTriggers: refused("the official plugin does not pull again either: change the name"),
} as const satisfies TableOf<RemoteImageArgs>;

export type RemoteImageInputs = InputsOf<RemoteImageArgs, typeof remoteImageTable>;
