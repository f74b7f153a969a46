/** The swarm of engines that other tests stand on: what it can do, and that nothing of it stays. */
import { readdir, readFile, readlink } from "node:fs/promises";
import path from "node:path";

import type Docker from "dockerode";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { waitFor } from "../../base/wait.ts";
import { connectEngine } from "../../engine/client.ts";
import { sharedNodeImage } from "../helpers/node-image.ts";
import { secondEnginePossible } from "../helpers/second-engine.ts";
import { startSwarm, type Swarm } from "../helpers/swarm.ts";
import type { SwarmEngine } from "../helpers/swarm-engine.ts";
import { type SwarmRegistry, startSwarmRegistry } from "../helpers/swarm-registry.ts";

const network = "regtest-overlay";

describe.skipIf(!secondEnginePossible)("a swarm of engines", () => {
  let swarm: Swarm;
  let registry: SwarmRegistry;
  /** As the engines of the swarm know it; it has a shell and busybox. */
  let image: string;
  beforeAll(async () => {
    swarm = await startSwarm();
    registry = await startSwarmRegistry(swarm);
    image = await registry.push(await connectEngine(), await sharedNodeImage(), "tests/node");
    await engine(1).docker.createNetwork({ Name: network, Driver: "overlay", Attachable: true });
  });
  afterAll(async () => {
    await registry[Symbol.asyncDispose]();
    await swarm[Symbol.asyncDispose]();
  });

  function engine(number: number): SwarmEngine {
    const found = swarm.engines[number - 1];
    if (found === undefined) throw new Error(`there is no engine ${number}`);
    return found;
  }

  /** Of a container that waits and does nothing else. */
  const idle = {
    Entrypoint: ["/bin/sh", "-c", "trap exit TERM; sleep 1000000 & wait"],
    StopSignal: "SIGTERM",
  };

  /** Starts one on the overlay network, with the image from the registry. */
  async function started(docker: Docker, name: string): Promise<Docker.Container> {
    await execa("docker", ["--host", hostOf(docker), "pull", "--quiet", image]);
    const HostConfig = { NetworkMode: network };
    const made = await docker.createContainer({ name, Image: image, ...idle, HostConfig });
    await made.start();
    return made;
  }

  function hostOf(docker: Docker): string {
    return swarm.engines.find((one) => one.docker === docker)?.url ?? "";
  }

  /** What one of alice's and bob's containers hears from the other, on another engine, by its name. */
  async function heard(): Promise<string> {
    const ask = "nc bob 9000 </dev/null";
    const { stdout } = await execa(
      "docker",
      ["--host", engine(1).url, "exec", "alice", "sh", "-c", ask],
      { reject: false, timeout: 5_000 },
    );
    return stdout;
  }

  it("an overlay network carries what plain containers on two engines say, by name", async () => {
    await started(engine(1).docker, "alice");
    await started(engine(2).docker, "bob");
    const answer = ["sh", "-c", "while :; do echo hello from bob | nc -l -p 9000; done"];
    await execa("docker", ["--host", engine(2).url, "exec", "--detach", "bob", ...answer]);
    await expect.poll(heard).toBe("hello from bob");
    // Each engine is its own: neither knows the other's containers.
    expect(await namesOn(engine(1))).toEqual(["alice"]);
    expect(await namesOn(engine(2))).toEqual(["bob"]);
  });

  it("an engine that is cut off is not heard until that is mended, and answers here", async () => {
    await engine(2).cut();
    expect(await heard()).toBe("");
    expect(await namesOn(engine(2))).toEqual(["bob"]);
    await engine(2).mend();
    await expect.poll(heard).toBe("hello from bob");
  });

  it("a port that is published on an engine is reached at its address from here", async () => {
    const { docker, address } = engine(3);
    await execa("docker", ["--host", engine(3).url, "pull", "--quiet", image]);
    const answer = "while :; do echo hello from carol | nc -l -p 9000; done";
    const made = await docker.createContainer({
      ...{ name: "carol", Image: image, Entrypoint: ["/bin/sh", "-c", answer] },
      ExposedPorts: { "9000/tcp": {} },
      HostConfig: { PortBindings: { "9000/tcp": [{ HostIp: address, HostPort: "9000" }] } },
    });
    await made.start();
    const ask = ["-e", "require('net').connect(9000, process.argv[1]).pipe(process.stdout)"];
    await expect
      .poll(() => execa(process.execPath, [...ask, address], { reject: false }))
      .toMatchObject({ stdout: "hello from carol" });
    await made.remove({ force: true });
  });

  it("a service's task is scheduled elsewhere when its engine dies, and that one comes back", async () => {
    const { docker } = engine(1);
    const service = await docker.createService({
      Name: "crowd",
      TaskTemplate: {
        ContainerSpec: { Image: image, Command: idle.Entrypoint },
        // Not on the one manager: nothing would be scheduled without it.
        Placement: { Constraints: ["node.role==worker"] },
        Networks: [{ Target: network }],
      },
      Mode: { Replicated: { Replicas: 1 } },
      EndpointSpec: { Mode: "dnsrr" },
    });
    const at = await runsOn(docker);
    await at.kill();
    await expect(at.docker.ping()).rejects.toThrow();
    const other = await runsOn(docker, at);
    expect(other).not.toBe(at);
    await at.start();
    const states = async () => (await docker.listNodes()) as { Status: { State: string } }[];
    await expect
      .poll(async () => (await states()).map(({ Status }) => Status.State))
      .toEqual(["ready", "ready", "ready"]);
    await service.remove();
  });

  /** Waits for a task that runs, on another engine than `before`. */
  async function runsOn(docker: Docker, before?: SwarmEngine): Promise<SwarmEngine> {
    return await waitFor(
      async () => {
        const tasks = (await docker.listTasks({ filters: { service: ["crowd"] } })) as Task[];
        const nodes = (await docker.listNodes()) as Node[];
        const found = tasks
          .filter(({ Status, DesiredState }) => Status.State === DesiredState)
          .map(({ NodeID }) => nodes.find(({ ID }) => ID === NodeID)?.Description.Hostname)
          .map((name) => swarm.engines.find((one) => one.name === name))
          .find((one) => one !== undefined && one !== before);
        const pending = tasks.map(({ Status }) => JSON.stringify(Status)).join("; ");
        return found ?? { pending };
      },
      { what: "a task of the service to run elsewhere", limitMs: 60_000 },
    );
  }

  it("leaves nothing", async () => {
    await using own = await startSwarm({ engines: 2 });
    const [first, second] = own.engines as [SwarmEngine, SwarmEngine];
    await first.docker.createNetwork({ Name: network, Driver: "overlay", Attachable: true });
    for (const { url, docker } of [first, second]) {
      await execa("docker", ["--host", url, "pull", "--quiet", image]).catch(() => undefined);
      await docker.listImages();
    }
    const trace = await traceOf(own);
    expect((await trace()).length).toBeGreaterThan(6);
    // Also where one is off, and another off the network.
    await first.kill();
    await second.cut();
    await own[Symbol.asyncDispose]();
    await expect.poll(trace).toEqual([]);
  });
});

interface Task {
  readonly NodeID: string;
  readonly DesiredState: string;
  readonly Status: { readonly State: string };
}

interface Node {
  readonly ID: string;
  readonly Description: { readonly Hostname: string };
}

async function namesOn({ docker }: SwarmEngine): Promise<string[]> {
  const containers = await docker.listContainers();
  return containers.flatMap(({ Names }) => Names.map((name) => name.slice(1))).toSorted();
}

/** What this machine has of a swarm: processes, links, routes, rules of the firewall, mounts, control groups, files. */
async function traceOf({ engines, here }: Swarm): Promise<() => Promise<string[]>> {
  const folders = engines.map(({ url }) => path.dirname(url.slice("unix://".length)));
  const pids = engines.map(({ within }) => /\d+/.exec(within.join(" "))?.[0] ?? "");
  const namespaces = await Promise.all(pids.map((pid) => readlink(`/proc/${pid}/ns/net`)));
  const subnet = here.replace(/\d+$/, "");
  const lines = async (program: string, ...args: string[]): Promise<string[]> =>
    (await execa(program, args)).stdout.split("\n");
  return async () => {
    const known = [subnet, ...folders];
    const all = [
      ...(await lines("ip", "-oneline", "address")),
      ...(await lines("ip", "route")),
      ...(await lines("iptables-save")),
      ...(await readFile("/proc/mounts", "utf8")).replaceAll("\\040", " ").split("\n"),
      ...(await lines("find", "/tmp", "-maxdepth", "2", "-name", "engine-*")),
    ];
    const groups = await lines("find", "/sys/fs/cgroup", "-maxdepth", "2", "-type", "d");
    return [
      ...all.filter((line) => known.some((word) => line.includes(word))),
      ...groups.filter((group) => pids.some((pid) => group.endsWith(`-${pid}`))),
      ...(await processesIn(namespaces)),
    ];
  };
}

async function processesIn(namespaces: readonly string[]): Promise<string[]> {
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  const found = pids.map(async (pid) => {
    const namespace = await readlink(`/proc/${pid}/ns/net`).catch(() => "");
    return namespaces.includes(namespace) ? [`process ${pid}`] : [];
  });
  return (await Promise.all(found)).flat();
}
