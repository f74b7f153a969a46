/** What becomes of a service's inputs, as far as no engine is needed. */
import { describe, expect, test } from "vitest";

import { checkProperties } from "../../../../provider/docker/check.ts";
import { diffProperties } from "../../../../provider/docker/diff.ts";
import { overlaid, plain } from "../../../../provider/docker/properties.ts";
import { serviceHandler } from "../../../../provider/docker/service.ts";
import { type ServiceInputs, serviceTable } from "../../../../provider/docker/service-rules.ts";
import { serviceSpec } from "../../../../provider/docker/service-spec.ts";
import { serviceState } from "../../../../provider/docker/service-state.ts";
import type { Service, Spec } from "../../../../provider/docker/service-wire.ts";
import type { OperationContext, Properties } from "../../../../provider/server/handler.ts";

const digest = `registry:5000/bitcoind@sha256:${"0".repeat(64)}`;

/** One of everything that is served. */
const full = {
  name: "crowd",
  labels: [{ label: "a", value: "b" }],
  taskSpec: {
    containerSpec: {
      image: digest,
      commands: ["bitcoind"],
      args: ["-listen=0", "-connect=alice"],
      env: { A: "1=2" },
      dir: "/data",
      user: "bitcoin",
      groups: ["users"],
      hostname: "peer",
      labels: [{ label: "c", value: "d" }],
      hosts: [{ host: "alice", ip: "10.0.0.2" }],
      dnsConfig: { nameservers: ["10.0.0.1"], searches: ["lan"], options: ["timeout:1"] },
      mounts: [
        { type: "tmpfs", target: "/tmp", tmpfsOptions: { sizeBytes: 1024, mode: 511 } },
        { type: "bind", target: "/a", source: "/b", bindOptions: { propagation: "rslave" } },
        {
          type: "volume",
          target: "/data",
          source: "data",
          readOnly: true,
          volumeOptions: { noCopy: true, driverName: "local", driverOptions: { type: "nfs" } },
        },
      ],
      readOnly: true,
      init: true,
      sysctl: { "net.core.somaxconn": "1" },
      capAdds: ["CAP_NET_ADMIN"],
      capDrops: ["CAP_CHOWN"],
      stopSignal: "SIGINT",
      stopGracePeriod: "1m",
      healthcheck: { tests: ["CMD", "true"], interval: "2s", timeout: "1s", retries: 3 },
    },
    resources: {
      limits: { memoryBytes: 2 ** 26, nanoCpus: 5e8 },
      reservation: { memoryBytes: 2 ** 25 },
    },
    restartPolicy: { condition: "on-failure", delay: "1s", maxAttempts: 3, window: "1h" },
    placement: {
      constraints: ["node.role==worker"],
      prefs: ["node.labels.rack"],
      maxReplicas: 2,
      platforms: [{ architecture: "amd64", os: "linux" }],
    },
    networksAdvanceds: [{ id: "net1", aliases: ["peers"], driverOpts: ["a=b=c"] }],
    logDriver: { name: "json-file", options: { "max-size": "1m" } },
    forceUpdate: 1,
  },
  mode: { replicated: { replicas: 3 } },
  endpointSpec: { mode: "dnsrr", ports: [{ targetPort: 80, publishMode: "host" }] },
  updateConfig: { parallelism: 2, failureAction: "rollback", maxFailureRatio: "0.5" },
  rollbackConfig: { order: "start-first" },
  convergeConfig: { timeout: "30s" },
};

const checked = (inputs: Properties): Properties =>
  checkProperties("Service", serviceTable, inputs).inputs;

/** The state that an engine leads to which changes nothing. */
function stateOf(inputs: Properties): Properties {
  const spec = serviceSpec(plain(inputs) as unknown as ServiceInputs & { name: string });
  const Spec = JSON.parse(JSON.stringify(spec)) as Spec;
  const service: Service = { ID: "id", Version: { Index: 1 }, Spec };
  return serviceState(service, inputs);
}

const withTask = (more: object): Properties => ({
  ...full,
  taskSpec: { ...full.taskSpec, ...more },
});
const withContainer = (more: object): Properties =>
  withTask({ containerSpec: { ...full.taskSpec.containerSpec, ...more } });

const diff = (news: Properties): Record<string, string> =>
  diffProperties(serviceTable, stateOf(checked(full)), checked(news));

test("what the engine is told and says again is no change", () => {
  expect(checkProperties("Service", serviceTable, full).failures).toEqual([]);
  expect(diff(full)).toEqual({});
  const minimal = { name: "crowd", taskSpec: { containerSpec: { image: "x" } } };
  const state = stateOf(checked(minimal));
  expect(diffProperties(serviceTable, state, checked(minimal))).toEqual({});
});

test("what is left out goes as the official provider has it", () => {
  const { TaskTemplate } = serviceSpec({
    name: "crowd",
    taskSpec: { containerSpec: { image: "x" } },
  });
  expect(TaskTemplate.ContainerSpec).toMatchObject({ Init: false, StopGracePeriod: 0 });
});

describe("changes", () => {
  test.each<[string, Properties, Record<string, string>]>([
    [
      "replicas",
      { ...full, mode: { replicated: { replicas: 5 } } },
      { "mode.replicated.replicas": "update" },
    ],
    [
      "no replicas",
      { ...full, mode: { replicated: { replicas: 0 } } },
      { "mode.replicated.replicas": "delete" },
    ],
    ["an image", withContainer({ image: "y" }), { "taskSpec.containerSpec.image": "update" }],
    [
      "an environment",
      withContainer({ env: { A: "3" } }),
      { "taskSpec.containerSpec.env.A": "update" },
    ],
    [
      "hosts, which replace it",
      withContainer({ hosts: [] }),
      { "taskSpec.containerSpec.hosts": "delete-replace" },
    ],
    [
      "a container's label, which replaces it",
      withContainer({ labels: [{ label: "c", value: "e" }] }),
      { "taskSpec.containerSpec.labels[0]": "update-replace" },
    ],
    [
      "a sysctl, which replaces it",
      withContainer({ sysctl: { "net.core.somaxconn": "2" } }),
      { 'taskSpec.containerSpec.sysctl["net.core.somaxconn"]': "update-replace" },
    ],
    [
      "an alias, which replaces it",
      withTask({ networksAdvanceds: [{ id: "net1", aliases: ["others"], driverOpts: ["a=b=c"] }] }),
      { "taskSpec.networksAdvanceds[0]": "update-replace" },
    ],
    [
      "a network by its name, which replaces it each time",
      withTask({ networksAdvanceds: [{ name: "n", aliases: ["peers"], driverOpts: ["a=b=c"] }] }),
      { "taskSpec.networksAdvanceds[0]": "update-replace" },
    ],
    ["a placement that is left out: none", withTask({ placement: undefined }), {}],
    [
      "platforms that are left out of a placement",
      withTask({ placement: { ...full.taskSpec.placement, platforms: undefined } }),
      { "taskSpec.placement.platforms": "delete" },
    ],
    [
      "credentials, which replace it",
      { ...full, auth: { serverAddress: "registry:5000" } },
      { auth: "add-replace" },
    ],
    ["a name, which replaces it", { ...full, name: "others" }, { name: "update-replace" }],
  ])("%s", (_, news, expected) => {
    expect(diff(news)).toEqual(expected);
  });
});

test("an update keeps what the program leaves to the engine, at every depth", () => {
  const container = { ...full.taskSpec.containerSpec, image: "y" };
  const left = { user: undefined, healthcheck: undefined };
  const news = checked(
    withTask({ containerSpec: { ...container, ...left }, placement: undefined }),
  );
  const planned = overlaid(serviceTable, stateOf(checked(full)), news) as typeof full;
  const { containerSpec, placement } = planned.taskSpec;
  expect(containerSpec).toMatchObject({ image: "y", healthcheck: { retries: 3 } });
  expect(containerSpec.user).toBeUndefined();
  expect(placement).toMatchObject({ maxReplicas: 2 });
});

describe("is refused:", () => {
  const context = { urn: "", signal: new AbortController().signal } as OperationContext;
  const handler = serviceHandler(() => {
    throw new Error("no engine is needed");
  });

  test.each<[string, Properties, string]>([
    [
      "a service on every engine and converging",
      { ...full, mode: { global: true } },
      "convergeConfig cannot be used with mode.global",
    ],
    [
      "two modes",
      { ...full, mode: { global: true, replicated: { replicas: 1 } }, convergeConfig: undefined },
      "mode has global and replicated, of which it may have one",
    ],
    [
      "a network without an id",
      withTask({ networksAdvanceds: [{ aliases: ["x"] }] }),
      "taskSpec.networksAdvanceds needs an id in each element",
    ],
    [
      "a ratio that is none",
      { ...full, updateConfig: { maxFailureRatio: "2" } },
      'updateConfig.maxFailureRatio is "2", but must be a number from 0.0 to 1.0',
    ],
    [
      "a secret",
      withContainer({ secrets: [{ secretId: "x", fileName: "y" }] }),
      "taskSpec.containerSpec.secrets is not served by this project's stand-in",
    ],
  ])("%s", async (_, inputs, reason) => {
    const { failures = [] } = await handler.check(inputs, undefined, context);
    expect(failures.map((failure) => failure.reason)).toEqual([expect.stringContaining(reason)]);
  });
});
