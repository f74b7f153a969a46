import { describe, expect, test } from "vitest";

import { UNKNOWN } from "../../../../provider/server/handler.ts";
import { containerTable } from "../../../../provider/docker/container-rules.ts";
import { diffProperties } from "../../../../provider/docker/diff.ts";
import { formatDuration, parseDuration } from "../../../../provider/docker/duration.ts";
import { overlaid, refreshedInputs } from "../../../../provider/docker/properties.ts";

const diff = (state: Record<string, unknown>, news: Record<string, unknown>) =>
  diffProperties(containerTable, state, news);

describe("no change", () => {
  test.each([
    [
      "unset and zero values",
      { memory: 0, readOnly: false, domainname: "", dns: [], rm: false },
      {},
    ],
    [
      "zero values and unset",
      {},
      { memory: 0, readOnly: false, domainname: "", dns: [], rm: false },
    ],
    [
      "a computed property that the program leaves out",
      { command: ["bash"], hostname: "1234", envs: ["A=1"], healthcheck: { retries: 3 } },
      {},
    ],
    ["another order in a set", { envs: ["A=1", "B=2"] }, { envs: ["B=2", "A=1"] }],
    ["a doubled element of a set", { envs: ["A=1"] }, { envs: ["A=1", "A=1"] }],
    [
      "ports, one with the host port that the engine chose",
      {
        ports: [
          { internal: 53, external: 1000, ip: "0.0.0.0", protocol: "udp" },
          { internal: 80, external: 32_768, ip: "127.0.0.1", protocol: "tcp" },
        ],
      },
      {
        ports: [
          { internal: 53, external: 1000, ip: "0.0.0.0", protocol: "udp" },
          { internal: 80, ip: "127.0.0.1", protocol: "tcp", __defaults: ["protocol"] },
        ],
      },
    ],
    ["what the table does not serve", { tty: true, bridge: "x", __meta: "{}" }, {}],
  ])("%s", (_, state, news) => {
    expect(diff(state, news)).toEqual({});
  });
});

describe("changes", () => {
  test.each([
    ["an update in place", { memory: 1 }, { memory: 2 }, { memory: "update" }],
    ["a property that the program drops", { memory: 1 }, {}, { memory: "delete" }],
    ["a replacing one", { image: "a" }, { image: "b" }, { image: "update-replace" }],
    ["one that comes", {}, { readOnly: true }, { readOnly: "add-replace" }],
    [
      "lists by position",
      { command: ["a", "b"] },
      { command: ["a", "c", "d"] },
      { "command[1]": "update-replace", "command[2]": "add-replace" },
    ],
    [
      "sets by element",
      { envs: ["A=1", "B=2"] },
      { envs: ["B=2", "C=3"] },
      { "envs[0]": "delete-replace", "envs[1]": "add-replace" },
    ],
    ["a set's only element", { envs: ["A=1"] }, { envs: ["A=2"] }, { "envs[0]": "update-replace" }],
    [
      "a member of an object",
      { capabilities: { drops: ["ALL"] } },
      { capabilities: { drops: ["ALL"], adds: ["CAP_CHOWN"] } },
      { "capabilities.adds": "add-replace" },
    ],
    [
      "a key of a map",
      { logOpts: { "max-size": "1m", tag: "a" } },
      { logOpts: { "max-size": "2m" } },
      { 'logOpts["max-size"]': "update-replace", "logOpts.tag": "delete-replace" },
    ],
    [
      "the address of a port",
      { ports: [{ internal: 80, external: 80, ip: "127.0.0.1", protocol: "tcp" }] },
      { ports: [{ internal: 80, external: 80, ip: "0.0.0.0", protocol: "tcp" }] },
      { "ports[0].ip": "update-replace" },
    ],
    [
      "ports in another order than that of their numbers, in which they are read",
      {
        ports: [
          { internal: 53, external: 53 },
          { internal: 80, external: 80 },
        ],
      },
      {
        ports: [
          { internal: 80, external: 80 },
          { internal: 53, external: 53 },
        ],
      },
      {
        "ports[0].internal": "update-replace",
        "ports[0].external": "update-replace",
        "ports[1].internal": "update-replace",
        "ports[1].external": "update-replace",
      },
    ],
    [
      "a value that is not known yet",
      { image: "a", envs: ["A=1"] },
      { image: UNKNOWN, envs: [UNKNOWN] },
      { image: "update-replace", "envs[0]": "update-replace" },
    ],
    [
      "a list that is not known yet",
      { ports: [{ internal: 1 }] },
      { ports: UNKNOWN },
      { ports: "update-replace" },
    ],
  ])("%s", (_, state, news, expected) => {
    expect(diff(state, news)).toEqual(expected);
  });
});

test("an update's state has the new inputs, and keeps what the engine chose", () => {
  const state = {
    bridge: "",
    memory: 1,
    hostname: "chosen",
    restart: "no",
    ports: [{ internal: 80, external: 32_768, ip: "0.0.0.0", protocol: "tcp" }],
  };
  const inputs = {
    restart: "always",
    ports: [{ internal: 80, ip: "0.0.0.0", protocol: "tcp", __defaults: ["ip", "protocol"] }],
    envs: [UNKNOWN],
    __defaults: [],
  };
  expect(overlaid(containerTable, state, inputs)).toEqual({
    bridge: "",
    hostname: "chosen",
    restart: "always",
    ports: state.ports,
    envs: [UNKNOWN],
  });
});

test("inputs stay as written where the state agrees, and show what was found where it does not", () => {
  const inputs = { envs: ["B=2", "A=1"], memory: 1, mustRun: true, __defaults: ["mustRun"] };
  const state = { envs: ["A=1", "B=2"], memory: 2, mustRun: false, hostname: "x" };
  expect(refreshedInputs(containerTable, inputs, state)).toEqual({
    envs: ["B=2", "A=1"],
    memory: 2,
    mustRun: false,
    __defaults: ["mustRun"],
  });
});

describe("durations", () => {
  test.each([
    ["0s", 0],
    ["500ms", 500e6],
    ["1.5s", 1.5e9],
    ["30s", 30e9],
    ["1m30s", 90e9],
    ["2h0m0s", 7_200e9],
    ["250µs", 250e3],
  ])("%s both ways", (text, nanoseconds) => {
    expect(parseDuration(text)).toBe(nanoseconds);
    expect(formatDuration(nanoseconds)).toBe(text);
  });

  test("longer forms are understood, and written in the short one", () => {
    expect(parseDuration("90s")).toBe(90e9);
    expect(formatDuration(parseDuration("60m"))).toBe("1h0m0s");
    expect(() => parseDuration("30")).toThrow('a duration is "30", but must be a duration');
  });
});
