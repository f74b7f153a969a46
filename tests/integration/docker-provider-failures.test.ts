/**
 * What goes wrong on the stand-in plugin: each a clear error, state true afterwards, and the next update recovers.
 * Containers run the toolchain's Debian base image, or the one in REGTEST_BASE_IMAGE.
 */
import { once } from "node:events";
import { createServer, type AddressInfo } from "node:net";
import { join } from "node:path";

import * as docker from "@pulumi/docker";
import type { PulumiFn } from "@pulumi/pulumi/automation/index.js";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";

import { baseImage, DockerStack } from "../helpers/docker-stack.ts";
import { relayToEngine } from "../helpers/relay.ts";
import { tempFolder } from "../helpers/temp-folder.ts";

let stack: DockerStack;

beforeAll(async () => {
  stack = await DockerStack.create();
});

afterEach(async () => {
  await stack.destroy();
  expect((await stack.footprint()).containers).toEqual([]);
});

afterAll(async () => {
  await stack[Symbol.asyncDispose]();
});

async function isRunning(): Promise<boolean> {
  return (await (await stack.container("c")).inspect()).State.Running;
}

test("a name that is taken", async () => {
  const name = `taken-${stack.name}`;
  const taken = await stack.docker.createContainer({
    name,
    Image: baseImage,
    Cmd: ["true"],
    Labels: stack.labelMap,
  });
  expect(await stack.upFails(stack.sleeper({ name }))).toContain(
    `Unable to create container: Error response from daemon: Conflict. The container name "/${name}" is already in use`,
  );
  expect(await stack.recorded("c")).toBeUndefined();
  await taken.remove();
  expect((await stack.up(stack.sleeper({ name }))).changes).toMatchObject({ create: 1 });
});

test("a port that is in use", async () => {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const program: PulumiFn = () => {
    const network = new docker.Network("n", { labels: stack.labels });
    return stack.sleeper({
      networkMode: "bridge",
      networksAdvanced: [{ name: network.name }],
      ports: [{ internal: 80, external: port, ip: "127.0.0.1" }],
    })();
  };
  expect(await stack.upFails(program)).toMatch(
    /Unable to start container: .*address already in use/,
  );
  const recorded = await stack.recorded("c");
  expect(recorded?.initErrors).toHaveLength(1);
  expect(await isRunning()).toBe(false);

  server.close();
  await once(server, "close");
  // The half-made one goes: its state has no ports.
  expect((await stack.up(program)).changes).toMatchObject({ replace: 1 });
  expect((await stack.container("c")).id).not.toBe(recorded?.id);
  expect(await isRunning()).toBe(true);
  expect((await stack.recorded("c"))?.initErrors).toBeUndefined();
});

// Half made likewise, as above.
test("a network that does not exist", { tags: ["long"] }, async () => {
  const name = `later-${stack.name}`;
  const program = stack.sleeper({ networkMode: "bridge", networksAdvanced: [{ name }] });
  // Some engines notice when it is connected, others when it is started.
  expect(await stack.upFails(program)).toMatch(
    new RegExp(
      `Unable to (connect|start) .*: Error response from daemon: network ${name} not found`,
    ),
  );
  expect((await stack.recorded("c"))?.initErrors).toHaveLength(1);

  await stack.docker.createNetwork({ Name: name, Labels: stack.labelMap });
  await stack.up(program);
  const { State, NetworkSettings } = await (await stack.container("c")).inspect();
  expect(State.Running).toBe(true);
  expect(Object.keys(NetworkSettings.Networks)).toEqual([name]);
});

// Of the image itself: docker-provider-image.test.ts.
test("an image that is nowhere", { tags: ["long"] }, async () => {
  const image = "127.0.0.1:1/regtest-network/nowhere:1";
  expect(await stack.upFails(stack.sleeper({ image }))).toContain(
    `Unable to create container with image ${image}: unable to pull image ${image}`,
  );
  expect(await stack.recorded("c")).toBeUndefined();
  expect((await stack.up(stack.sleeper())).changes).toMatchObject({ create: 1 });
});

test("a container that does not become healthy tells its log, and is taken up again", async () => {
  const unhealthy = {
    command: ["sh", "-c", "echo the reason; exec sleep infinity"],
    wait: true,
    waitTimeout: 1,
  };
  const failing = { tests: ["CMD", "false"], interval: "100ms" };
  expect(await stack.upFails(stack.sleeper({ ...unhealthy, healthcheck: failing }))).toMatch(
    /failed to be in healthy state: waited 1 s for the container to become healthy; last seen: (un|start).* The last lines of its log: the reason/,
  );
  const recorded = await stack.recorded("c");
  expect(recorded?.initErrors).toHaveLength(1);
  // A changed healthcheck is recorded alone, as in the official plugin; the container runs, so the update is done.
  expect((await stack.up(stack.sleeper(unhealthy))).changes).toMatchObject({ update: 1 });
  expect((await stack.container("c")).id).toBe(recorded?.id);

  expect(
    await stack.upFails(
      stack.sleeper({ command: ["sh", "-c", "echo no healthcheck"], wait: true }),
    ),
  ).toContain("it has no healthcheck, so it can never become healthy");
});

test("Ctrl-C ends the waiting, and leaves the container in state", async () => {
  const waiting = stack.sleeper({
    healthcheck: { tests: ["CMD", "false"], interval: "100ms" },
    wait: true,
    waitTimeout: 600,
  });
  const interrupt = new AbortController();
  const failed = await stack.upFails(waiting, {
    signal: interrupt.signal,
    onOutput: (text) => {
      if (text.includes("waiting until it is healthy")) interrupt.abort();
    },
  });
  expect(failed).toContain("cancelled");
  expect((await stack.recorded("c"))?.initErrors).toEqual(["cancelled"]);
  expect(await isRunning()).toBe(true);
});

test("an engine that is gone in mid-operation", async () => {
  await using folder = await tempFolder();
  const socket = join(folder.path, "docker.sock");
  const host = `unix://${socket}`;
  let relay = await relayToEngine(socket);
  const program = stack.sleeper(
    {
      healthcheck: { tests: ["CMD", "test", "-e", "/tmp/healthy"], interval: "100ms" },
      wait: true,
      waitTimeout: 600,
    },
    () => ({ provider: new docker.Provider("relayed", { host }) }),
  );
  const failed = await stack.upFails(program, {
    onOutput: (text) => {
      if (text.includes("waiting until it is healthy")) relay.close();
    },
  });
  expect(failed).toContain("lost the connection to the Docker engine");
  expect(await isRunning()).toBe(true);
  expect((await stack.recorded("c"))?.initErrors).toHaveLength(1);

  expect(await stack.upFails(program)).toContain(`No Docker engine answers at ${host}`);
  expect((await stack.recorded("c"))?.id).toBe((await stack.container("c")).id);

  relay = await relayToEngine(socket);
  try {
    expect((await stack.up(program)).changes).toMatchObject({ update: 1 });
    expect((await stack.recorded("c"))?.initErrors).toBeUndefined();
    await stack.destroy();
  } finally {
    relay.close();
  }
});

test("properties that are refused, and a docker context that does not exist", async () => {
  const refused = await stack.upFails(stack.sleeper({ tty: true, ports: [{ internal: 0 }] }));
  expect(refused).toContain("tty is not served by this project's stand-in for the Docker plugin");
  expect(refused).toContain("ports[0].internal is 0, but must be 1 to 65535");

  const elsewhere = stack.sleeper({}, () => ({
    provider: new docker.Provider("elsewhere", { context: "nowhere" }),
  }));
  expect(await stack.upFails(elsewhere)).toContain('docker context "nowhere" does not exist');
  const unserved = stack.sleeper({}, () => ({
    provider: new docker.Provider("unserved", { sshOpts: ["-v"] }),
  }));
  expect(await stack.upFails(unserved)).toContain("docker:sshOpts is not served");
});
