/** Containers of the stand-in plugin. They run the toolchain's Debian base image, or the one in REGTEST_BASE_IMAGE. */
import { randomBytes, randomInt } from "node:crypto";
import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";

import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import type { PulumiFn } from "@pulumi/pulumi/automation/index.js";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { baseImage, DockerStack } from "../helpers/docker-stack.ts";

let stack: DockerStack;

beforeAll(async () => {
  stack = await DockerStack.create();
});

afterAll(async () => {
  await stack[Symbol.asyncDispose]();
});

describe("every property reaches the engine", () => {
  const suffix = randomBytes(4).toString("hex");
  const subnet = `10.${randomInt(1, 255)}.${randomInt(1, 255)}`;
  const volume = `regtest-network-test-${suffix}`;
  const secret = `geheim-${suffix}`;

  const program: PulumiFn = () => {
    const network = new docker.Network("n", {
      ipamConfigs: [{ subnet: `${subnet}.0/28`, gateway: `${subnet}.1` }],
      labels: stack.labels,
    });
    new docker.Container("full", {
      image: baseImage,
      name: `full-${suffix}`,
      command: ["infinity"],
      entrypoints: ["sleep"],
      envs: ["B=2", pulumi.secret(`A=${secret}`)],
      user: "nobody",
      workingDir: "/tmp",
      hostname: "box",
      domainname: "example.org",
      labels: [...stack.labels, { label: "purpose", value: "to be inspected" }],
      ports: [
        { internal: 53, protocol: "udp" },
        { internal: 8080, ip: "127.0.0.1" },
      ],
      networksAdvanced: [
        { name: network.name, aliases: ["box", "other"], ipv4Address: `${subnet}.5` },
      ],
      hosts: [{ host: "far", ip: "192.0.2.1" }],
      dns: ["192.0.2.53"],
      dnsOpts: ["ndots:2"],
      dnsSearches: ["example.net"],
      volumes: [
        { containerPath: "/anonymous" },
        { containerPath: "/named", volumeName: volume, readOnly: true },
        { containerPath: "/from-host", hostPath: "/var/empty" },
      ],
      tmpfs: { "/scratch": "size=1m" },
      readOnly: true,
      memory: 64,
      memoryReservation: 32,
      memorySwap: 64,
      shmSize: 16,
      cpus: "0.5",
      cpuShares: 512,
      cpuSet: "0",
      ulimits: [{ name: "nofile", soft: 100, hard: 200 }],
      sysctls: { "net.core.somaxconn": "1024" },
      capabilities: { adds: ["CAP_NET_ADMIN"], drops: ["ALL"] },
      securityOpts: ["no-new-privileges"],
      groupAdds: ["daemon"],
      init: true,
      restart: "unless-stopped",
      healthcheck: { tests: ["CMD", "true"], interval: "500ms", timeout: "2s", retries: 2 },
      wait: true,
      waitTimeout: 30,
      stopSignal: "SIGINT",
      stopTimeout: 7,
      destroyGraceSeconds: 1,
      logDriver: "json-file",
      logOpts: { "max-size": "1m" },
    });
    new docker.Container("privileged", {
      image: baseImage,
      command: ["sleep", "infinity"],
      labels: stack.labels,
      // Not every machine lets a container start so.
      start: false,
      mustRun: false,
      privileged: true,
      publishAllPorts: true,
      networkMode: "none",
      restart: "on-failure",
      maxRetryCount: 3,
    });
    const source = new docker.Container("source", {
      image: baseImage,
      command: ["true"],
      labels: stack.labels,
      start: false,
      mustRun: false,
      rm: true,
      volumes: [{ containerPath: "/shared" }],
    });
    new docker.Container("guest", {
      image: baseImage,
      command: ["sleep", "infinity"],
      networkMode: "none",
      labels: stack.labels,
      volumes: [{ fromContainer: source.name, readOnly: true }],
    });
    return Promise.resolve();
  };

  beforeAll(async () => {
    await stack.up(program);
  });

  afterAll(async () => {
    await stack.destroy();
    await stack.docker.getVolume(volume).remove();
  });

  test("what runs, and how", async () => {
    const { Name, Config } = await (await stack.container("full")).inspect();
    expect(Name).toBe(`/full-${suffix}`);
    expect(Config).toMatchObject({
      Cmd: ["infinity"],
      Entrypoint: ["sleep"],
      User: "nobody",
      WorkingDir: "/tmp",
      Hostname: "box",
      Domainname: "example.org",
      StopSignal: "SIGINT",
      StopTimeout: 7,
      Healthcheck: { Test: ["CMD", "true"], Interval: 500e6, Timeout: 2e9, Retries: 2 },
    });
    expect(Config.Env).toEqual(expect.arrayContaining(["B=2", `A=${secret}`]));
    expect(Config.Labels).toMatchObject({ ...stack.labelMap, purpose: "to be inspected" });
  });

  test("how others reach it", async () => {
    const { NetworkSettings, HostConfig } = await (await stack.container("full")).inspect();
    expect(NetworkSettings.Ports["8080/tcp"]).toHaveLength(1);
    expect(NetworkSettings.Ports["8080/tcp"]?.[0]?.HostIp).toBe("127.0.0.1");
    expect(NetworkSettings.Ports["53/udp"]).toHaveLength(1);
    expect(NetworkSettings.Ports["53/udp"]?.[0]?.HostIp).toBe("0.0.0.0");
    const networks = Object.values(NetworkSettings.Networks);
    expect(networks).toHaveLength(1);
    expect(networks[0]?.IPAddress).toBe(`${subnet}.5`);
    expect(networks[0]?.Aliases).toEqual(expect.arrayContaining(["box", "other"]));
    expect(HostConfig).toMatchObject({
      ExtraHosts: ["far:192.0.2.1"],
      Dns: ["192.0.2.53"],
      DnsOptions: ["ndots:2"],
      DnsSearch: ["example.net"],
    });
  });

  test("what it may use and what it is allowed", async () => {
    const { HostConfig } = await (await stack.container("full")).inspect();
    expect(HostConfig).toMatchObject({
      Memory: 64 * 2 ** 20,
      MemoryReservation: 32 * 2 ** 20,
      MemorySwap: 64 * 2 ** 20,
      ShmSize: 16 * 2 ** 20,
      NanoCpus: 0.5e9,
      CpuShares: 512,
      CpusetCpus: "0",
      Ulimits: [{ Name: "nofile", Soft: 100, Hard: 200 }],
      Sysctls: { "net.core.somaxconn": "1024" },
      CapAdd: ["CAP_NET_ADMIN"],
      CapDrop: ["ALL"],
      SecurityOpt: ["no-new-privileges"],
      GroupAdd: ["daemon"],
      ReadonlyRootfs: true,
      Init: true,
      Privileged: false,
      AutoRemove: false,
      RestartPolicy: { Name: "unless-stopped", MaximumRetryCount: 0 },
      Tmpfs: { "/scratch": "size=1m" },
      LogConfig: { Type: "json-file", Config: { "max-size": "1m" } },
    });
    expect([...(HostConfig.Binds ?? [])].sort()).toEqual(
      ["/var/empty:/from-host:rw", `${volume}:/named:ro`].sort(),
    );
  });

  test("a privileged one, one that removes itself, and volumes of another", async () => {
    const { HostConfig: privileged } = await (await stack.container("privileged")).inspect();
    expect(privileged).toMatchObject({
      Privileged: true,
      PublishAllPorts: true,
      NetworkMode: "none",
      RestartPolicy: { Name: "on-failure", MaximumRetryCount: 3 },
    });
    const source = await (await stack.container("source")).inspect();
    expect(source.HostConfig.AutoRemove).toBe(true);
    expect(source.State.Status).toBe("created");
    const guest = await (await stack.container("guest")).inspect();
    expect(guest.HostConfig.VolumesFrom).toEqual([`${source.Name.slice(1)}:ro`]);
    expect(guest.Mounts.map(({ Destination, RW }) => [Destination, RW])).toEqual([
      ["/shared", false],
    ]);
  });

  test("state has the official shape, with what the engine chose", async () => {
    const outputs = await stack.outputs("full");
    const ports = outputs["ports"] as { internal: number; external: number }[];
    expect(ports).toEqual([
      { internal: 53, external: expect.any(Number) as number, ip: "0.0.0.0", protocol: "udp" },
      { internal: 8080, external: expect.any(Number) as number, ip: "127.0.0.1", protocol: "tcp" },
    ]);
    expect(ports.every(({ external }) => external > 1024)).toBe(true);
    expect(outputs["networkDatas"]).toEqual([
      {
        networkName: expect.stringMatching(/^n-[0-9a-f]{7}$/) as string,
        ipAddress: `${subnet}.5`,
        ipPrefixLength: 28,
        gateway: `${subnet}.1`,
        globalIpv6Address: "",
        globalIpv6PrefixLength: 0,
        ipv6Gateway: "",
        macAddress: expect.stringMatching(/^([0-9a-f]{2}:){5}[0-9a-f]{2}$/) as string,
      },
    ]);
    expect(outputs).toMatchObject({ bridge: "", mustRun: true, cpus: "0.5", hostname: "box" });
    expect(await stack.outputs("guest")).toMatchObject({
      name: expect.stringMatching(/^guest-[0-9a-f]{7}$/) as string,
    });
  });

  test("a secret stays one in the state's files", async () => {
    const files = await readdir(stack.stateFolder, { recursive: true, withFileTypes: true });
    const texts = await Promise.all(
      files
        .filter((file) => file.isFile())
        .map((file) => readFile(join(file.parentPath, file.name), "utf8")),
    );
    expect(texts.some((text) => text.includes(`full-${suffix}`))).toBe(true);
    expect(texts.filter((text) => text.includes(secret))).toEqual([]);
  });

  test("the same program again changes nothing, nor does a refresh before it", async () => {
    expect(await stack.refresh()).toEqual({ same: 6 });
    expect((await stack.up(program)).changes).toEqual({ same: 6 });
  });
});

describe("changes", () => {
  beforeAll(async () => {
    await stack.up(stack.sleeper({ name: `changing-${stack.name}`, memory: 32, memorySwap: 32 }));
  });
  afterAll(async () => {
    await stack.destroy();
  });

  test("limits change in the running container", async () => {
    const before = await stack.container("c");
    const args = { name: `changing-${stack.name}`, memory: 48, memorySwap: 48, restart: "always" };
    expect((await stack.up(stack.sleeper(args))).changes).toMatchObject({ update: 1 });
    const { Id, HostConfig, State } = await (await stack.container("c")).inspect();
    expect(Id).toBe(before.id);
    expect(State.Running).toBe(true);
    expect(HostConfig.Memory).toBe(48 * 2 ** 20);
    expect(HostConfig.RestartPolicy?.Name).toBe("always");
  });

  test("what counts for the end alone is recorded, and the engine left alone", async () => {
    const before = await (await stack.container("c")).inspect();
    const args = { name: `changing-${stack.name}`, memory: 48, memorySwap: 48, restart: "always" };
    const { changes } = await stack.up(stack.sleeper({ ...args, destroyGraceSeconds: 2 }));
    expect(changes).toMatchObject({ update: 1 });
    expect(await stack.outputs("c")).toMatchObject({ destroyGraceSeconds: 2 });
    expect((await (await stack.container("c")).inspect()).State).toEqual(before.State);
  });

  test("anything else replaces it, the old one first: the name is free again", async () => {
    const before = await stack.container("c");
    const program = stack.sleeper({ name: `changing-${stack.name}`, envs: ["NEW=1"] });
    const { changes } = await stack.up(program);
    expect(changes).toMatchObject({ replace: 1 });
    const after = await (await stack.container("c")).inspect();
    expect(after.Id).not.toBe(before.id);
    expect(after.Config.Env).toContain("NEW=1");
    expect((await stack.footprint()).containers).toEqual([after.Id]);
  });
});

describe("drift", () => {
  let program: PulumiFn;
  beforeAll(async () => {
    program = () => {
      const network = new docker.Network("n", { labels: stack.labels });
      return stack.sleeper({
        networkMode: "bridge",
        networksAdvanced: [{ name: network.name }],
        ports: [{ internal: 80, ip: "127.0.0.1" }],
      })();
    };
    await stack.up(program);
  });
  afterAll(async () => {
    await stack.destroy();
  });

  test("a container that was stopped is replaced when it publishes ports: state has none of one that does not run", async () => {
    const container = await stack.container("c");
    await container.stop({ t: 0 });
    expect(await stack.refresh()).toMatchObject({ update: 1 });
    expect(await stack.outputs("c")).toMatchObject({ mustRun: false, ports: [], exitCode: 137 });
    expect((await stack.up(program)).changes).toMatchObject({ replace: 1 });
    const { Id, State, NetworkSettings } = await (await stack.container("c")).inspect();
    expect(Id).not.toBe(container.id);
    expect(State.Running).toBe(true);
    const port = Number(NetworkSettings.Ports["80/tcp"]?.[0]?.HostPort);
    expect(await stack.outputs("c")).toMatchObject({ mustRun: true, ports: [{ external: port }] });
    expect((await stack.up(program)).changes).toEqual({ same: 3 });
  });

  test("a container that vanished is made again", async () => {
    const before = await stack.container("c");
    await before.remove({ force: true });
    expect(await stack.refresh()).toMatchObject({ delete: 1 });
    expect((await stack.up(program)).changes).toMatchObject({ create: 1 });
    expect((await (await stack.container("c")).inspect()).State.Running).toBe(true);
  });

  test("a container that vanished is no obstacle to a destroy", async () => {
    await (await stack.container("c")).remove({ force: true });
    await stack.destroy();
    expect(await stack.recorded("c")).toBeUndefined();
  });
});

test("a container that was made by hand can be imported where the program has neither envs nor labels", async () => {
  const network = `by-hand-${stack.name}`;
  await stack.docker.createNetwork({ Name: network, Labels: stack.labelMap });
  const made = await stack.docker.createContainer({
    name: `by-hand-${stack.name}`,
    Image: baseImage,
    Cmd: ["sleep", "infinity"],
    Env: ["MADE=by hand"],
    Labels: stack.labelMap,
    ExposedPorts: { "80/tcp": {} },
    HostConfig: {
      NetworkMode: network,
      PortBindings: { "80/tcp": [{ HostIp: "127.0.0.1", HostPort: "0" }] },
      Memory: 32 * 2 ** 20,
      MemorySwap: 32 * 2 ** 20,
    },
  });
  await made.start();
  const args = {
    name: `by-hand-${stack.name}`,
    networkMode: network,
    ports: [{ internal: 80, ip: "127.0.0.1" }],
    memory: 32,
    memorySwap: 32,
  };
  const importing = () => ({ import: made.id });
  const unlabelled = { ...args, labels: [] };
  expect((await stack.up(stack.sleeper(unlabelled, importing))).changes).toMatchObject({
    import: 1,
  });
  expect((await stack.up(stack.sleeper(unlabelled))).changes).toEqual({ same: 2 });
  // They are never read, so Pulumi sees a container that is not as declared.
  expect(
    await stack.upFails(stack.sleeper({ ...args, envs: ["MADE=by hand"] }, importing)),
  ).toContain("previously-imported resources that still specify an ID may not be replaced");
  expect((await made.inspect()).State.Running).toBe(true);
  await stack.destroy();
  expect((await stack.footprint()).containers).toEqual([]);
});
