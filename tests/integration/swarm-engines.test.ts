/** The swarm of engines that other tests stand on: what it can do, and that nothing of it stays. */
import { readdir, readFile, readlink } from "node:fs/promises";
import path from "node:path";

import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { waitFor } from "../../base/wait.ts";
import { connectEngine } from "../../engine/client.ts";
import { secondEnginePossible } from "../helpers/second-engine.ts";
import { smallImage, type SmallImage } from "../helpers/small-image.ts";
import { startSwarm, type Swarm } from "../helpers/swarm.ts";
import type { SwarmEngine } from "../helpers/swarm-engine.ts";
import { startSwarmRegistry } from "../helpers/swarm-registry.ts";

const network = "regtest-overlay";

/** Commands of containers; the image has a shell and Perl. */
const idle = ["sh", "-c", "trap exit TERM; sleep 1000000 & wait"];
const listener = (to: string): string[] => [
  ...["perl", "-MIO::Socket::INET", "-e"],
  `alarm 3; $s = IO::Socket::INET->new("${to}:9000") or die "$@"; print <$s>`,
];
const greeter = (who: string): string[] => [
  ...["perl", "-MIO::Socket::INET", "-e"],
  `$s = IO::Socket::INET->new(LocalPort => 9000, Listen => 5, ReuseAddr => 1);
   while ($c = $s->accept) { print $c "hello from ${who}"; close $c }`,
];

// In every run, tests/integration/hosts.test.ts works with one.
describe.skipIf(!secondEnginePossible)("a swarm of engines", { tags: ["long"] }, () => {
  let swarm: Swarm;
  let small: SmallImage;
  const undo = new AsyncDisposableStack();
  /** As the engines of the swarm know it. */
  let image: string;
  beforeAll(async () => {
    small = undo.use(await smallImage());
    swarm = undo.use(await startSwarm());
    const registry = undo.use(await startSwarmRegistry(swarm));
    image = await registry.push(await connectEngine(), small.name, "tests/small");
    await engine(1).docker.createNetwork({ Name: network, Driver: "overlay", Attachable: true });
  });
  afterAll(() => undo.disposeAsync());

  function engine(number: number): SwarmEngine {
    const found = swarm.engines[number - 1];
    if (found === undefined) throw new Error(`there is no engine ${number}`);
    return found;
  }

  async function run(on: SwarmEngine, name: string, flags: string[], command: string[]) {
    await docker(on, "run", "--detach", "--name", name, ...flags, image, ...command);
  }

  /** What one of alice's and bob's containers hears from the other, on another engine, by its name. */
  async function heard(): Promise<string> {
    return await docker(engine(1), "exec", "alice", ...listener("bob")).catch(() => "nothing");
  }

  it("an overlay network carries what plain containers on two engines say, by name", async () => {
    await run(engine(1), "alice", ["--network", network], idle);
    await run(engine(2), "bob", ["--network", network], greeter("bob"));
    await expect.poll(heard).toBe("hello from bob");
    // Each engine is its own: neither knows the other's containers.
    expect(await docker(engine(1), "ps", "--format", "{{.Names}}")).toBe("alice");
    expect(await docker(engine(2), "ps", "--format", "{{.Names}}")).toBe("bob");
  });

  it("an engine that is cut off is not heard until that is mended, and answers here", async () => {
    await engine(2).cut();
    expect(await heard()).toBe("nothing");
    expect(await docker(engine(2), "ps", "--format", "{{.Names}}")).toBe("bob");
    await engine(2).mend();
    await expect.poll(heard).toBe("hello from bob");
  });

  it("a port that is published on an engine is reached at its address from here", async () => {
    const { address } = engine(3);
    await run(engine(3), "carol", ["--publish", `${address}:9000:9000`], greeter("carol"));
    const [perl = "", ...ask] = listener(address);
    await expect
      .poll(async () => (await execa(perl, ask, { reject: false })).stdout)
      .toBe("hello from carol");
  });

  it("a service's task is scheduled elsewhere when its engine dies, and that one comes back", async () => {
    const manager = engine(1);
    // Without IPVS there are no virtual addresses. Not on the manager: nothing is scheduled without it.
    const flags = ["--name", "crowd", "--endpoint-mode", "dnsrr", "--network", network];
    const workers = ["--constraint", "node.role==worker", "--detach"];
    await docker(manager, "service", "create", ...flags, ...workers, image, ...idle);
    const at = await runsOn();
    await at.kill();
    await expect(at.docker.ping()).rejects.toThrow();
    expect(await runsOn(at)).not.toBe(at);
    await at.start();
    const nodes = ["node", "ls", "--format", "{{.Hostname}} {{.Status}}"];
    const all = swarm.engines.map(({ name }) => `${name} Ready`);
    await expect
      .poll(async () => (await docker(manager, ...nodes)).split("\n").toSorted())
      .toEqual(all);
  });

  /** Waits for a task of the service that runs, on another engine than `before`. */
  async function runsOn(before?: SwarmEngine): Promise<SwarmEngine> {
    const format = ["--format", "{{.Node}} {{.CurrentState}}", "--filter", "desired-state=running"];
    return await waitFor(
      async () => {
        const tasks = (await docker(engine(1), "service", "ps", "crowd", ...format)).split("\n");
        const names = tasks
          .filter((task) => task.includes("Running"))
          .map((task) => task.split(" ")[0]);
        const found = swarm.engines.find((one) => one !== before && names.includes(one.name));
        return found ?? { pending: tasks.join("; ") };
      },
      { what: "a task of the service to run", limitMs: 60_000 },
    );
  }

  it("leaves nothing", async () => {
    await using own = await startSwarm({ engines: 2 });
    const [first, second] = own.engines as [SwarmEngine, SwarmEngine];
    await first.docker.createNetwork({ Name: network, Driver: "overlay", Attachable: true });
    await using ownRegistry = await startSwarmRegistry(own);
    const same = await ownRegistry.push(await connectEngine(), small.name, "tests/small");
    for (const on of own.engines)
      await docker(on, "run", "--detach", "--network", network, same, ...idle);
    const trace = await traceOf(own);
    // The cable's address and route, folders of two engines, their control groups and processes.
    expect((await trace()).length).toBeGreaterThan(10);
    // Also where one is off, and another off the network.
    await first.kill();
    await second.cut();
    await own[Symbol.asyncDispose]();
    await expect.poll(trace).toEqual([]);
  });
});

/** What the docker CLI prints. */
async function docker({ url }: SwarmEngine, ...args: string[]): Promise<string> {
  return (await execa("docker", ["--host", url, ...args])).stdout;
}

/** What this machine has of a swarm: addresses, routes, rules of the firewall, mounts, files, control groups, processes. */
async function traceOf({ engines, here }: Swarm): Promise<() => Promise<string[]>> {
  const folders = engines.map(({ url }) => path.dirname(url.slice("unix://".length)));
  const pids = engines.map(({ within }) => /\d+/.exec(within.join(" "))?.[0] ?? "");
  const namespaces = await Promise.all(pids.map((pid) => readlink(`/proc/${pid}/ns/net`)));
  const known = [here.replace(/\d+$/, ""), ...folders];
  const lines = async (program: string, ...args: string[]): Promise<string[]> =>
    (await execa(program, args)).stdout.split("\n");
  return async () => {
    const all = [
      ...(await lines("ip", "-oneline", "address")),
      ...(await lines("ip", "route")),
      ...(await lines("iptables-save")),
      ...(await readFile("/proc/mounts", "utf8")).replaceAll("\\040", " ").split("\n"),
      ...(await lines("find", path.dirname(path.dirname(folders[0] ?? "")), "-maxdepth", "2")),
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
