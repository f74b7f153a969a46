/** Services and overlay networks of the stand-in plugin, on a swarm of two engines. */
import * as docker from "@pulumi/docker";
import type { PulumiFn } from "@pulumi/pulumi/automation/index.js";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect } from "vitest";

import { connectEngine } from "../../engine/client.ts";
import { DockerStack } from "../helpers/docker-stack.ts";
import { registryUser } from "../helpers/registry-server.ts";
import { secondEnginePossible } from "../helpers/second-engine.ts";
import { smallImage } from "../helpers/small-image.ts";
import { story } from "../helpers/story.ts";
import { startSwarm, type Swarm } from "../helpers/swarm.ts";
import type { SwarmEngine } from "../helpers/swarm-engine.ts";
import { type SwarmRegistry, startSwarmRegistry } from "../helpers/swarm-registry.ts";

const commands = ["sh", "-c", "trap exit TERM; sleep 1000000 & wait"];
/** What the registry says of the image, and a service without them is changed by the second update. */
const architecture = process.arch === "x64" ? "amd64" : process.arch;

interface Changed {
  readonly replicas?: number;
  readonly env?: Record<string, string>;
  readonly alias?: string;
  readonly image?: string;
  readonly timeout?: string;
}

// A crowd is one: hosts.test.ts, in every run, has it made, changed and removed.
describe.skipIf(!secondEnginePossible)("a service", { tags: ["long"] }, () => {
  let swarm: Swarm;
  let registry: SwarmRegistry;
  let stack: DockerStack;
  const undo = new AsyncDisposableStack();
  /** By its digest. */
  let image: string;
  beforeAll(async () => {
    const small = undo.use(await smallImage());
    swarm = undo.use(await startSwarm({ engines: 2 }));
    registry = undo.use(await startSwarmRegistry(swarm, { withLogin: true }));
    image = await registry.push(await connectEngine(), small.name, "tests/small");
    stack = undo.use(await DockerStack.create(swarm.engines[0]?.url));
  });
  afterAll(() => undo.disposeAsync());

  /** A program with a network, `n`, and a service on it, `s`. */
  function crowd({ replicas = 2, env = { A: "1=2" }, alias = "peers", ...more }: Changed = {}) {
    const program: PulumiFn = () => {
      const network = new docker.Network("n", {
        ...{ name: stack.name, driver: "overlay", attachable: true, labels: stack.labels },
      });
      new docker.Service("s", {
        name: stack.name,
        labels: stack.labels,
        auth: {
          serverAddress: registry.host,
          ...{ username: registryUser.name, password: registryUser.password },
        },
        taskSpec: {
          containerSpec: {
            ...{ image: more.image ?? image, commands, env, stopGracePeriod: "5s" },
            hosts: [{ host: "elsewhere", ip: "192.0.2.1" }],
            mounts: [{ type: "volume", target: "/data" }],
          },
          networksAdvanceds: [{ id: network.id, aliases: [alias] }],
          placement: { platforms: [{ architecture, os: "linux" }] },
          resources: { limits: { memoryBytes: 64 * 2 ** 20 } },
          restartPolicy: { condition: "any", delay: "1s" },
        },
        mode: { replicated: { replicas } },
        // Without IPVS there are no virtual addresses.
        endpointSpec: { mode: "dnsrr", ports: [{ targetPort: 80, publishMode: "host" }] },
        updateConfig: { parallelism: 0, monitor: "1s" },
        convergeConfig: { delay: "0s", timeout: more.timeout ?? "1m" },
      });
      return Promise.resolve();
    };
    return program;
  }

  /** Names of containers, by engine. */
  async function running(...filters: string[]): Promise<string[][]> {
    const list = ["ps", "--format", "{{.Names}}", ...filters.map((one) => `--filter=${one}`)];
    const all = swarm.engines.map((engine) => onEngine(engine, ...list));
    return (await Promise.all(all)).map((names) => names.split("\n").filter(Boolean));
  }

  async function serviceId(): Promise<string | undefined> {
    return (await stack.recorded("s"))?.id;
  }

  const { test } = story();

  test("runs on all engines when the update ends, on a network of the swarm", async () => {
    expect((await stack.up(crowd())).changes).toMatchObject({ create: 3 });
    const all = await running();
    expect(all.map((names) => names.length)).toEqual([1, 1]);
    const { name, network } = { name: all[0]?.[0] ?? "", network: await stack.outputs("n") };
    expect(network).toMatchObject({ driver: "overlay", attachable: true, scope: "swarm" });
    const exec = ["exec", name, "sh", "-c", "echo $A; getent hosts elsewhere; getent ahosts peers"];
    const [env, host, ...peers] = (await onEngine(swarm.engines[0], ...exec)).split("\n");
    expect([env, host]).toEqual(["1=2", expect.stringMatching(/^192\.0\.2\.1 +elsewhere$/)]);
    // Both by the alias, each by an address of its own.
    expect(new Set(peers.map((line) => line.split(" ")[0])).size).toBe(2);
    expect(await stack.outputs("s")).toMatchObject({
      mode: { replicated: { replicas: 2 } },
      endpointSpec: { mode: "dnsrr" },
      taskSpec: { resources: { limits: { memoryBytes: 64 * 2 ** 20 } } },
    });
  });

  test("is not changed by a second update, nor after a refresh", async () => {
    expect(await stack.preview(crowd())).toEqual({ same: 3 });
    await stack.refresh();
    expect(await stack.preview(crowd())).toEqual({ same: 3 });
  });

  test("takes more replicas and another environment without being replaced", async () => {
    const before = await serviceId();
    expect((await stack.up(crowd({ replicas: 3 }))).changes).toMatchObject({ update: 1 });
    expect((await running()).flat()).toHaveLength(3);
    await stack.up(crowd({ replicas: 1, env: { A: "3" } }));
    const all = await running();
    const at = swarm.engines[all.findIndex((names) => names.length === 1)];
    expect(all.flat()).toHaveLength(1);
    expect(await onEngine(at, "exec", all.flat()[0] ?? "", "sh", "-c", "echo $A")).toBe("3");
    expect(await serviceId()).toBe(before);
  });

  test("is replaced when its network's alias changes, and made again when it is gone", async () => {
    const before = await serviceId();
    await stack.up(crowd({ replicas: 1, alias: "others" }));
    const after = (await serviceId()) ?? "";
    expect(after).not.toBe(before);
    await onEngine(swarm.engines[0], "service", "rm", after);
    await stack.refresh();
    expect(await stack.recorded("s")).toBeUndefined();
    expect((await stack.up(crowd({ replicas: 1 }))).changes).toMatchObject({ create: 1 });
  });

  test("that does not come up says why, and is not left", async () => {
    await onEngine(swarm.engines[0], "service", "rm", stack.name);
    await stack.refresh();
    const missing = `${registry.host}/tests/none:1`;
    const printed = await stack.upFails(crowd({ image: missing, timeout: "8s" }));
    expect(printed).toContain("did not converge after 8s; last seen: 0 of 2 tasks run");
    expect(printed).toContain(`No such image: ${missing}`);
    expect(await onEngine(swarm.engines[0], "service", "ls", "--quiet")).toBe("");
  });

  test("goes with its containers, and its network after it", async () => {
    await stack.up(crowd());
    await stack.destroy();
    expect((await running()).flat()).toEqual([]);
    expect(await stack.footprint()).toMatchObject({ networks: [] });
    expect(await onEngine(swarm.engines[0], "service", "ls", "--quiet")).toBe("");
  });
});

/** What the docker CLI prints. */
async function onEngine(engine: SwarmEngine | undefined, ...args: string[]): Promise<string> {
  return (await execa("docker", ["--host", engine?.url ?? "", ...args])).stdout;
}
