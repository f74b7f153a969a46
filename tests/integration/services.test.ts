/** Services on a real engine: in clones of the test kit, and in stacks. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type Docker from "dockerode";
import { parse } from "yaml";

import { execIn } from "../../engine/exec.ts";
import { ownOwner } from "../../engine/clean-up/owner.ts";
import { connectEngine } from "../../engine/client.ts";
import { label, labelFilter } from "../../engine/labels.ts";
import { findSnapshot } from "../../bootstrap/snapshots/find.ts";
import { cloneNetwork, prepareSnapshot, type TestNetwork } from "../../testing/index.ts";
import { removeSnapshot, thingsOf } from "../helpers/kit-snapshot.ts";
import { cliSucceeds } from "../helpers/cli.ts";
import { readPage } from "../helpers/markdown.ts";
import { sharedNodeImage } from "../helpers/node-image.ts";
import { ProcessGroup } from "../helpers/process-group.ts";
import { looseVolumes, noMoreLooseVolumes } from "../helpers/left-over.ts";
import { ask, shop, shopBase } from "../helpers/shop.ts";
import { ProjectStack } from "../helpers/stack.ts";
import { story } from "../helpers/story.ts";

let docker: Docker;
let base: string;
let loose: Set<string>;
const snapshots = new Set<string>();
beforeAll(async () => {
  docker = await connectEngine();
  loose = await looseVolumes(docker);
  base = await shopBase(docker);
});
afterAll(async () => {
  for (const name of snapshots) await removeSnapshot(docker, name);
  // Neither of clones, nor of starts that failed, nor of stacks.
  await noMoreLooseVolumes(docker, loose);
});

describe("in a clone", () => {
  let network: TestNetwork;
  const { test } = story();
  beforeAll(async () => {
    // Else the snapshot's image would be built for it alone.
    await sharedNodeImage();
    const afterStart = ["sh", "-c", "echo begun >> /tmp/starts"];
    const services = [shop(base, "", { afterStart, memory: 64, cpus: 0.5 })];
    snapshots.add(await prepareSnapshot({ services }));
    network = await cloneNetwork({ services });
  });
  afterAll(async () => {
    const { id } = network;
    await network.dispose();
    expect(await thingsOf(docker, id)).toBe(0);
  });
  const starts = async (): Promise<string> =>
    (await network.service("shop").exec(["cat", "/tmp/starts"])).stdout;

  test("is ready, with the volume that the image declares, and reaches the node with its own password", async () => {
    const { shop } = network.services;
    if (shop === undefined) throw new Error("no shop");
    expect(shop.url).toBe(`http://${shop.ports["web"]}`);
    expect(await ask(shop.url, "/orders")).toBe("0");
    expect(await ask(shop.url, "/height")).toBe("107");
    expect(await shop.logs()).toBe("opening, with a node at alice:18332\nopen");
    const { stdout } = await shop.exec(["stat", "-c", "%u %a", "/data"]);
    expect(stdout).toBe("1000 700\n");
    expect(await starts()).toBe("begun\n");
    const { HostConfig } = await docker.getContainer(shop.containerName).inspect();
    expect(HostConfig).toMatchObject({ Memory: 64 * 1024 ** 2, NanoCpus: 500_000_000 });
  });

  test("shows no password in what the engine tells of it", async () => {
    const { password } = network.alice;
    const { containerName } = network.service("shop");
    const inspected = await docker.getContainer(containerName).inspect();
    expect(JSON.stringify(inspected)).not.toContain(password);
    const { stdout } = await network.service("shop").exec(["cat", "/run/bitcoind/cookie"]);
    expect(stdout).toBe(`user:${password}`);
  });

  test("goes back to the snapshot with the nodes", async () => {
    const { url } = network.service("shop");
    await ask(url, "/order");
    expect(await ask(url, "/orders")).toBe("1");
    await network.mine(1);
    await network.reset();
    expect(await ask(url, "/orders")).toBe("0");
    expect(await ask(url, "/height")).toBe("107");
    expect(await starts()).toBe("begun\nbegun\n");
  });

  test("keeps what it has over a stop, and is through its start again afterwards", async () => {
    const { url } = network.service("shop");
    await ask(url, "/order");
    await network.stop("shop");
    await expect(ask(url, "/orders")).rejects.toThrow("fetch failed");
    await network.start("shop");
    expect(await ask(url, "/orders")).toBe("1");
    await network.restart("alice", "shop");
    expect(await ask(url, "/orders")).toBe("1");
    expect(await starts()).toBe("begun\n".repeat(4));
  });

  test("fails a command with its output, and names what it is asked for in vain", async () => {
    const { shop } = network.services;
    await expect(shop?.exec(["sh", "-c", "echo no >&2; exit 3"])).rejects.toMatchObject({
      name: "ServiceCommandError",
      message: "shop: sh ended with exit code 3: no",
      exitCode: 3,
    });
    expect(() => shop?.urlOf("grpc")).toThrow('shop publishes no port "grpc"; its ports: web');
    expect(() => network.service("bank")).toThrow("the network has no service bank; it has shop");
    await expect(network.stop("bank")).rejects.toThrow("it has alice, miner, shop");
  });

  test("answers the command line too", async () => {
    const here = await cliSucceeds("exec", "--clone", network.id, "shop", "echo", "here");
    expect(here.trim()).toBe("here");
    const logs = await cliSucceeds("logs", "--clone", network.id, "shop", "--tail", "1", "--json");
    expect(JSON.parse(logs)).toMatchObject({ node: "shop", line: "open" });
  });

  test("has a program in it end with who started that, or reads it, whatever is in its image", async () => {
    const { shop } = network.services;
    await expect(shop?.exec(["busybox"])).rejects.toThrow("busybox");
    const running = async (): Promise<string | undefined> =>
      (await shop?.exec(["sh", "-c", "cat /proc/[0-9]*/cmdline"]))?.stdout;
    const words = ["sh", "toolchain/run.sh", "exec", "--clone", network.id, "shop"];
    const group = ProcessGroup.start([...words, "sleep", "4711"]);
    await expect.poll(running).toContain("4711");
    group.signal("SIGINT");
    expect(await group.ended()).toMatchObject({ code: 130, printed: "" });
    await expect.poll(running).not.toContain("4711");

    const forever = ["sh", "-c", "while echo 4712; do sleep 0.1; done"];
    const head = ["bash", "-o", "pipefail", "-c", '"$@" | head -n 1', "bash"];
    const piped = ProcessGroup.start([...head, ...words, ...forever]);
    expect(await piped.ended()).toMatchObject({ code: 0, printed: "4712\n" });
    await expect.poll(running).not.toContain("4712");
  });
});

describe("that is bad", () => {
  const failing = async (service: ReturnType<typeof shop>): Promise<unknown> => {
    const error: unknown = await prepareSnapshot({
      services: [service],
      scenario: "tests/services/use-shop.ts",
    }).catch((error: unknown) => error);
    // Other files of the run have shops too.
    const filters = labelFilter({ [label.owner]: ownOwner });
    const left = (await docker.listContainers({ all: true, filters })).map(({ Names }) => Names[0]);
    expect(left.filter((name) => name?.endsWith("-shop"))).toEqual([]);
    return error;
  };

  const expectTold = async (mode: string, told: string, line: string): Promise<void> => {
    const error = await failing(shop(base, mode, { startTimeout: 2 }));
    expect(error).toMatchObject({ message: expect.stringContaining(told) as string });
    expect(error).toMatchObject({ message: expect.stringContaining(line) as string });
  };

  it("stuck, it is told what it was waited for, with its last lines", async () => {
    const told = "shop: waited 2 s for shop to be ready; last seen: ";
    await expectTold("stuck", told, "opening, with a node");
  });

  const long = { tags: ["long"] };
  it("broken, it is told with its exit code and its last lines", long, async () => {
    await expectTold("broken", "shop: its container ended with exit code ", "no goods");
  });

  it("deaf to SIGTERM is killed, and no snapshot is made of what it left", long, async () => {
    const error = await failing(shop(base, "deaf", { stopTimeout: 1 }));
    expect(error).toMatchObject({
      message: expect.stringContaining(
        "shop: it did not stop within 1 s and was killed; give it longer with stopTimeout",
      ) as string,
    });
  });

  it("with an image that is not there is told by its name", long, async () => {
    const image = "regtest-network/there-is-no-such-image:1";
    expect(await failing(shop(base, "", { image }))).toMatchObject({
      message: expect.stringContaining(`shop: its image ${image} is not available: `) as string,
    });
  });

  it("with too little memory is told so", long, async () => {
    const hungry = ["perl", "-e", 'my $all = "x" x 200_000_000; sleep 100'];
    const error = await failing(
      shop(base, "", {
        command: hungry,
        memory: 32,
        ready: undefined,
        afterStart: ["sleep", "10"],
      }),
    );
    expect(error).toMatchObject({
      message: expect.stringContaining("out of memory") as string,
    });
  });
});

describe("in a stack", () => {
  let stack: ProjectStack;
  const { test, soFar } = story();
  let declared: Record<string, unknown>[];
  beforeAll(async () => {
    const yaml = readPage("docs/services.md").blocks.find(({ language }) => language === "yaml");
    const documented = parse(yaml?.text ?? "") as Record<string, Record<string, unknown>[]>;
    const { image } = shop(base);
    declared = (documented["regtest-network:services"] ?? []).map((one) => ({ ...one, image }));
    stack = await ProjectStack.create({ services: JSON.stringify(declared), autoMine: "1h" });
  });
  afterAll(async () => {
    // Its named snapshot too.
    await stack[Symbol.asyncDispose]();
  });
  const url = async (): Promise<string> =>
    (await stack.output<Record<string, Record<string, string>>>("services"))["shop"]?.["web"] ?? "";
  const cli = (...args: string[]): Promise<string> => cliSucceeds(...args, "--stack", stack.name);

  test("comes up with the network, and a second update changes nothing", async () => {
    await stack.up();
    expect(await ask(await url(), "/orders")).toBe("0");
    expect(await ask(await url(), "/height")).toBe("107");
    expect(await stack.up({ refresh: true })).toEqual({ same: expect.any(Number) as number });
    expect(JSON.parse(await cli("status", "--json"))).toMatchObject({
      services: [
        { name: "shop", state: "running", up: true, ports: { web: await url() } },
        { name: "auto-miner", state: "running", up: true, ports: {} },
      ],
      drift: [],
    });
  });

  test("tells its password to nobody", async () => {
    const password = await stack.output<string>("rpcPassword");
    const inspected = await stack.container("shop").inspect();
    expect(JSON.stringify(inspected)).not.toContain(password);
    expect(await stack.pulumi(["stack", "export"])).not.toContain(password);
  });

  test("is started again by an update when somebody stopped it", async () => {
    await ask(await url(), "/order");
    await stack.container("shop").stop();
    expect(await cli("status")).toContain("shop: its container is exited");
    const { printed, changes } = await stack.repair();
    expect(printed).toContain("shop: its container is exited");
    expect(changes).toMatchObject({ update: 1 });
    expect(await ask(await url(), "/orders")).toBe("1");
  });

  test("keeps what it has when its container is replaced, with limits that the next update leaves alone", async () => {
    const limited = { memory: 64, cpus: 0.05, environment: { GOODS: "cheap" }, stopTimeout: 5 };
    const changed = declared.map((one) => ({ ...one, ...limited }));
    await stack.configure({ services: JSON.stringify(changed) });
    await stack.up();
    expect(await ask(await url(), "/orders")).toBe("1");
    const { Config, HostConfig } = await stack.container("shop").inspect();
    expect(Config.Env).toContain("GOODS=cheap");
    const { Memory = 0, CpuPeriod = 0, CpuQuota = 0 } = HostConfig;
    expect({ Memory, cpus: CpuQuota / CpuPeriod }).toEqual({ Memory: 64 * 1024 ** 2, cpus: 0.05 });
    expect(Object.keys(await stack.up({ refresh: true }))).toEqual(["same"]);
  });

  test("loses by an update what is no longer declared of it", async () => {
    declared = declared.map((one) => ({ ...one, stopTimeout: 5 }));
    await stack.configure({ services: JSON.stringify(declared) });
    await stack.up();
    const { Config, HostConfig } = await stack.container("shop").inspect();
    expect(Config.Env).not.toContain("GOODS=cheap");
    expect(HostConfig).toMatchObject({ Memory: 0, CpuQuota: 0, NanoCpus: 0 });
    expect(await ask(await url(), "/orders")).toBe("1");
  });

  const namedSnapshot = (): string => `of-${stack.name}`;
  test("is in a named snapshot", async () => {
    const name = namedSnapshot();
    await cli("snapshot", name);
    expect(await ask(await url(), "/orders")).toBe("1");
    const { manifest, images } = await findSnapshot(docker, name);
    expect(manifest).toMatchObject({ format: 2, services: [{ name: "shop", state: ["/data"] }] });
    expect(Object.keys(images).toSorted()).toEqual(["alice", "miner", "shop"]);
    await ask(await url(), "/order");
  });

  const taken = soFar();
  // In a clone: above. Without a service: snapshots.test.ts.
  it("is in another stack that starts from the snapshot", { tags: ["long"] }, async () => {
    await taken();
    await using other = await ProjectStack.create({
      start: "snapshot",
      snapshot: namedSnapshot(),
      services: JSON.stringify(declared),
    });
    await other.up();
    const at = await other.output<Record<string, Record<string, string>>>("services");
    expect(await ask(at["shop"]?.["web"] ?? "", "/orders")).toBe("1");
    expect(await ask(at["shop"]?.["web"] ?? "", "/height")).toBe("107");
    expect(await ask(await url(), "/orders")).toBe("2");
  });

  test("goes back with the nodes at a reset", async () => {
    await cli("reset");
    expect(await ask(await url(), "/orders")).toBe("0");
    const inspected = await execIn(stack.container("shop"), ["stat", "-c", "%u %a", "/data"]);
    expect(inspected.stdout).toBe("1000 700\n");
  });

  test("is not taken away with what it keeps", async () => {
    await stack.configure({ services: "[]" });
    const printed = await stack.upFails();
    expect(printed).toContain("this update would discard what shop keeps");
    expect(await ask(await url(), "/orders")).toBe("0");
  });

  const kept = soFar();
  // What goes with a whole chain that way: state-kept.test.ts.
  it("is taken away when that is asked for", { tags: ["long"] }, async () => {
    await kept();
    await stack.pulumi(["up", "--yes", "--skip-preview"], { REGTEST_DISCARD_BLOCKS: "1" });
    const { containers, volumes } = await stack.footprint();
    expect(containers.filter((name) => name.endsWith("shop"))).toEqual([]);
    expect(volumes.filter((name) => name.includes("shop"))).toEqual([]);
    await stack.configure({ services: JSON.stringify(declared) });
    await stack.up();
  });

  test("leaves nothing but the named snapshot on the engine when the stack is destroyed", async () => {
    await stack.destroy();
    expect(await stack.footprint()).toEqual({
      ...{ containers: [], networks: [], volumes: [] },
      images: ["alice", "miner", "shop"].map(
        (name) => `regtest-snapshot/${namedSnapshot()}:${name}`,
      ),
    });
  });
});
