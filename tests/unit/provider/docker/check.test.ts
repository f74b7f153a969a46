import { describe, expect, test } from "vitest";

import { UNKNOWN, type OperationContext } from "../../../../provider/server/handler.ts";
import { checkProperties } from "../../../../provider/docker/check.ts";
import { containerTable } from "../../../../provider/docker/container-rules.ts";
import { isNameDrawn, withName } from "../../../../provider/docker/naming.ts";
import { networkTable } from "../../../../provider/docker/network-rules.ts";
import { remoteImageTable } from "../../../../provider/docker/remote-image-rules.ts";

const reasons = (news: Record<string, unknown>): string[] =>
  checkProperties("Container", containerTable, { image: "x", ...news }).failures.map(
    ({ reason }) => reason,
  );

describe("defaults", () => {
  test("are those of the official provider, and marked as defaults", () => {
    const news = { image: "x", ports: [{ internal: 80 }], healthcheck: { tests: ["CMD"] } };
    expect(checkProperties("Container", containerTable, news).inputs).toEqual({
      image: "x",
      start: true,
      mustRun: true,
      restart: "no",
      removeVolumes: true,
      networkMode: "bridge",
      waitTimeout: 60,
      containerReadRefreshTimeoutMilliseconds: 15_000,
      ports: [{ internal: 80, ip: "0.0.0.0", protocol: "tcp", __defaults: ["ip", "protocol"] }],
      healthcheck: {
        tests: ["CMD"],
        interval: "0s",
        timeout: "0s",
        startPeriod: "0s",
        startInterval: "0s",
        __defaults: ["interval", "startInterval", "startPeriod", "timeout"],
      },
      __defaults: [
        "containerReadRefreshTimeoutMilliseconds",
        "mustRun",
        "networkMode",
        "removeVolumes",
        "restart",
        "start",
        "waitTimeout",
      ],
    });
  });

  test("of a build and of a network", () => {
    const build = { context: ".", useLegacyBuilder: true };
    expect(checkProperties("RemoteImage", remoteImageTable, { name: "i", build }).inputs).toEqual({
      name: "i",
      build: {
        ...build,
        dockerfile: "Dockerfile",
        remove: true,
        __defaults: ["dockerfile", "remove"],
      },
      __defaults: [],
    });
    expect(checkProperties("Network", networkTable, {}).inputs).toEqual({
      ipamDriver: "default",
      __defaults: ["ipamDriver"],
    });
  });

  test("do not come back for what is there already, and unset values are dropped", () => {
    const { inputs } = checkProperties("Container", containerTable, {
      image: "x",
      restart: "always",
      memory: null,
      __defaults: ["restart"],
    });
    expect(inputs).toMatchObject({ restart: "always" });
    expect(inputs).not.toHaveProperty("memory");
    expect(inputs["__defaults"]).not.toContain("restart");
  });
});

describe("what is wrong is said", () => {
  test.each([
    [
      { restart: "sometimes" },
      'restart is "sometimes", but must be one of no, on-failure, always, unless-stopped',
    ],
    [{ memory: -1 }, "memory is -1, but must be at least 0"],
    [{ memorySwap: -2 }, "memorySwap is -2, but must be at least -1"],
    [{ cpus: "many" }, 'cpus is "many", but must be a number of CPUs such as "1.5"'],
    [{ command: ["a", ""] }, "command must have no empty element, but [1] is one"],
    [{ ports: [{}] }, "ports[0].internal is required"],
    [
      { ports: [{ internal: 80, external: 65_536 }] },
      "ports[0].external is 65536, but must be 1 to 65535",
    ],
    [
      { ports: [{ internal: 80, protocol: "ip" }] },
      'ports[0].protocol is "ip", but must be one of tcp, udp, sctp',
    ],
    [
      { volumes: [{ containerPath: "data" }] },
      'volumes[0].containerPath is "data", but must be an absolute path',
    ],
    [
      { volumes: [{ volumeName: "data" }] },
      "volumes must each have either a containerPath or a fromContainer, but [0] has not",
    ],
    [
      { healthcheck: { interval: "1 minute" } },
      'healthcheck.interval is "1 minute", but must be a duration such as "30s" or "1m0s"',
    ],
    [
      { securityOpts: ["systempaths=unconfined"] },
      "securityOpts has systempaths, which is not served by this project's stand-in for the Docker plugin",
    ],
    [{ image: "" }, "image must not be empty"],
    [{ envs: "A=secret" }, "envs must be a list"],
    [{ envs: [1] }, "envs[0] must be a string"],
    [{ memory: 1.5 }, "memory must be a whole number"],
    [{ init: "yes" }, "init must be true or false"],
    [{ tmpfs: { "/run": 1 } }, "tmpfs./run must be a string"],
    [{ capabilities: [] }, "capabilities must be an object"],
  ])("%j", (news, reason) => {
    expect(reasons(news)).toEqual([reason]);
  });

  test("an image is required", () => {
    expect(checkProperties("Container", containerTable, {}).failures).toEqual([
      { property: "image", reason: "image is required" },
    ]);
  });

  test("a build has to ask for the classic builder", () => {
    const build = (useLegacyBuilder?: boolean): string[] =>
      checkProperties("RemoteImage", remoteImageTable, {
        name: "i",
        build: { context: ".", useLegacyBuilder },
      }).failures.map(({ reason }) => reason);
    expect(build()).toEqual(["build.useLegacyBuilder is required"]);
    expect(build(false)).toEqual([
      "build.useLegacyBuilder must be true: the classic builder alone is served here",
    ]);
    expect(build(true)).toEqual([]);
  });

  test("what is not known yet passes", () => {
    expect(
      reasons({
        image: UNKNOWN,
        restart: UNKNOWN,
        command: [UNKNOWN],
        ports: UNKNOWN,
        volumes: [{ volumeName: UNKNOWN }],
      }),
    ).toEqual([]);
  });
});

describe("names", () => {
  const urn = "urn:pulumi:dev::project::docker:index/network:Network::front::door";
  const context = (naming: OperationContext["naming"]): OperationContext => ({
    urn,
    ...(naming && { naming }),
    signal: new AbortController().signal,
    status: () => undefined,
    info: () => undefined,
    warn: () => undefined,
  });
  const seed = new Uint8Array([1, 2, 3]);
  const named = (
    news: Record<string, unknown>,
    olds?: Record<string, unknown>,
    naming: OperationContext["naming"] = { seed },
  ): Record<string, unknown> =>
    withName(checkProperties("Network", networkTable, news), olds, context(naming)).inputs;

  test("are drawn from the logical name, the same for the same seed", () => {
    const drawn = named({});
    expect(drawn["name"]).toMatch(/^front::door-[0-9a-f]{7}$/);
    expect(isNameDrawn(drawn)).toBe(true);
    expect(named({})).toEqual(drawn);
    expect(named({}, undefined, { seed: new Uint8Array([4]) })["name"]).not.toBe(drawn["name"]);
  });

  test("stay as they were drawn", () => {
    const olds = { name: "front-1234567", __defaults: ["name"] };
    expect(named({}, olds)).toMatchObject(olds.name ? { name: olds.name } : {});
    expect(isNameDrawn(named({}, olds))).toBe(true);
  });

  test("that were given are not taken for drawn, nor kept when the program drops them", () => {
    expect(isNameDrawn(named({ name: "mine" }))).toBe(false);
    expect(named({}, { name: "mine", __defaults: [] })["name"]).toMatch(/^front::door-/);
  });

  test("follow the engine's naming options", () => {
    expect(named({}, undefined, { seed, mode: "enforce", name: "theirs" })["name"]).toBe("theirs");
    const { failures } = withName(
      checkProperties("Network", networkTable, {}),
      undefined,
      context({ seed, mode: "disable" }),
    );
    expect(failures).toEqual([
      { property: "name", reason: "name is required, since automatic naming is disabled" },
    ]);
  });
});
