/** A network on several engines: three machines of one Docker swarm, as far as network namespaces make machines. */
import { randomBytes } from "node:crypto";
import { isDeepStrictEqual } from "node:util";

import { afterAll, beforeAll, describe, expect } from "vitest";

import { crowdDatadir } from "../../bootstrap/nodes/crowd.ts";
import { type Pending, waitFor } from "../../base/wait.ts";
import { connectEngine } from "../../engine/client.ts";
import { execIn } from "../../engine/exec.ts";
import { label } from "../../engine/labels.ts";
import { cli } from "../helpers/cli.ts";
import { copyNodeImage } from "../helpers/node-image.ts";
import { secondEnginePossible } from "../helpers/second-engine.ts";
import { startSwarm, type Swarm } from "../helpers/swarm.ts";
import { story } from "../helpers/story.ts";

interface Status {
  readonly height: number;
  readonly nodes: readonly {
    readonly name: string;
    readonly state: string;
    readonly endpoint: string;
    readonly height: number;
    readonly peers: number;
  }[];
  readonly crowd: {
    readonly running: number;
    readonly hosts: Readonly<Record<string, number>>;
  };
  readonly otherPeers: readonly unknown[];
  readonly drift: readonly string[];
  readonly byHand: readonly string[];
}

describe.skipIf(!secondEnginePossible)("a network on three hosts", () => {
  const stack = `test-${randomBytes(4).toString("hex")}`;
  const base = process.env["REGTEST_BASE_IMAGE"] ?? "debian:forky-slim";
  let swarm: Swarm;
  let env: Record<string, string>;
  beforeAll(async () => {
    swarm = await startSwarm();
    const [first] = swarm.engines;
    env = { DOCKER_HOST: first?.url ?? "", REGTEST_ADDRESS: first?.address ?? "" };
    if (first !== undefined)
      await copyNodeImage(await connectEngine(), first.docker, base, AbortSignal.timeout(120_000));
    await cli(["pulumi", "stack", "init", stack]);
    await configure({
      prefix: `${stack}-`,
      hosts: JSON.stringify(hosts()),
      nodes: JSON.stringify([
        { name: "alice", rpcPort: "free" },
        { name: "miner", role: "miner", rpcPort: "free" },
        { name: "carol" },
        { name: "dave", host: "two" },
      ]),
      crowd: JSON.stringify({ replicas: 4 }),
    });
  });
  afterAll(async () => {
    await cli(["down", "--stack", stack], { env });
    await cli(["pulumi", "stack", "rm", "--yes", "--force", stack]);
    await swarm[Symbol.asyncDispose]();
  });

  /** For config; the first is what the commands find by themselves. */
  function hosts(): Readonly<Record<string, string | undefined>>[] {
    const [, two, three] = swarm.engines;
    return [
      { name: "one" },
      { name: "two", engine: two?.url, address: two?.address },
      { name: "three", engine: three?.url, address: three?.address },
    ];
  }

  async function configure(config: Readonly<Record<string, string>>): Promise<void> {
    const pairs = Object.entries(config).flatMap(([key, value]) => [
      "--plaintext",
      `${key}=${value}`,
    ]);
    await cli(["pulumi", "config", "set-all", "--stack", stack, ...pairs]);
  }

  /** Runs a command on the stack that must succeed. Returns its standard output. */
  async function run(...args: string[]): Promise<string> {
    const { exitCode, stdout, stderr } = await cli([...args, "--stack", stack], { env });
    expect(exitCode, stdout + stderr).toBe(0);
    return stdout;
  }

  async function status(): Promise<Status> {
    return JSON.parse(await run("status", "--json")) as Status;
  }

  /** Waits until all of the crowd run, and have a chain of that height. */
  async function crowdAt(height: number): Promise<void> {
    const heights = async (): Promise<true | Pending> => {
      const lists = swarm.engines.map(async ({ docker }) => {
        const filters = { label: [`${label.kind}=crowd`], status: ["running"] };
        const crowd = await docker.listContainers({ filters }).catch(() => []);
        const asked = crowd.map(async ({ Id }) => {
          const command = ["bitcoin-cli", ...crowdDatadir, "getblockcount"];
          return (await execIn(docker.getContainer(Id), command)).output.trim();
        });
        return await Promise.all(asked);
      });
      const seen = (await Promise.all(lists)).flat();
      const expected = Array.from({ length: 4 }, () => String(height));
      return isDeepStrictEqual(seen, expected) || { pending: seen.join(", ") };
    };
    await waitFor(heights, { what: `the crowd to be at height ${height}`, limitMs: 60_000 });
  }

  /** Names of the nodes that run on each engine that answers. */
  async function placement(): Promise<string[][]> {
    const lists = await Promise.all(
      swarm.engines.map(async ({ docker }) => {
        const filters = { label: [label.stackId] };
        const running = await docker.listContainers({ filters }).catch(() => undefined);
        return running?.flatMap(({ Labels }) => Labels[label.node] ?? []).toSorted();
      }),
    );
    return lists.flatMap((list) => (list === undefined ? [] : [list]));
  }

  /** What the engines that are left have of the project. */
  async function left(): Promise<string[]> {
    const lists = await Promise.all(
      swarm.engines.slice(0, 2).map(async ({ docker, name }) => {
        const filters = { label: [label.stackId] };
        const [containers, networks, { Volumes }, images] = await Promise.all([
          docker.listContainers({ all: true, filters }),
          docker.listNetworks({ filters }),
          docker.listVolumes({ filters }),
          docker.listImages({ filters }),
        ]);
        return [
          ...containers.map(({ Names }) => Names[0] ?? ""),
          ...networks.map(({ Name }) => Name),
          ...((Volumes as typeof Volumes | null) ?? []).map(({ Name }) => Name),
          ...images.flatMap(
            ({ RepoTags }) => RepoTags?.filter((tag) => tag.startsWith(stack)) ?? [],
          ),
        ].map((thing) => `${name}: ${thing}`);
      }),
    );
    return lists.flat();
  }

  const { test } = story();

  test("comes up with its nodes spread over them, at one tip", async () => {
    const printed = await run("up");
    const [, two, three] = swarm.engines;
    expect(printed).toContain(`http://${two?.address ?? ""}:`);
    expect(await placement()).toEqual([["alice"], ["carol", "dave"], ["miner"]]);
    await crowdAt(107);
    const { height, nodes, crowd, otherPeers, drift } = await status();
    expect(crowd).toMatchObject({ running: 4, hosts: expect.anything() as unknown });
    expect(Object.keys(crowd.hosts).length).toBeGreaterThan(1);
    expect(otherPeers).toEqual([]);
    expect(height).toBe(107);
    expect(nodes.map(({ height }) => height)).toEqual([107, 107, 107, 107]);
    expect(drift).toEqual([]);
    expect(nodes.find(({ name }) => name === "miner")?.endpoint).toContain(three?.address);
  });

  test("comes up again without a change", async () => {
    expect(await run("up")).toContain("unchanged");
  });

  test("mines, pays and is reset", async () => {
    expect(await run("mine", "3")).toContain("110");
    expect((await status()).nodes.map(({ height }) => height)).toEqual([110, 110, 110, 110]);
    await crowdAt(110);
    await run("reset");
    await crowdAt(107);
    expect((await status()).nodes.map(({ height }) => height)).toEqual([107, 107, 107, 107]);
  });

  test("is kept in a snapshot, to which it is reset", async () => {
    await run("mine", "1");
    await run("snapshot", `${stack}-named`);
    await run("mine", "2");
    await run("reset", "--to", `${stack}-named`);
    expect((await status()).height).toBe(108);
    const removed = await cli(["snapshot", "remove", `${stack}-named`], { env });
    expect(removed.exitCode, removed.stderr).toBe(0);
  });

  test("says which host does not answer, and goes on without it when it is told to", async () => {
    await run("mine", "2");
    await swarm.engines[2]?.kill();
    // The swarm starts those of it elsewhere.
    await crowdAt(110);
    const { nodes, crowd, byHand } = await status();
    expect(crowd.running).toBe(4);
    expect(crowd.hosts).not.toHaveProperty("three");
    expect(nodes.map(({ name, state }) => `${name} ${state}`)).toEqual([
      ...["alice running", "miner unknown", "carol running", "dave running"],
    ]);
    expect(byHand).toEqual([expect.stringMatching(/^miner: its host three does not answer: /)]);

    const refused = await cli(["up", "--stack", stack], { env });
    expect(refused.exitCode).toBe(1);
    expect(refused.stderr).toContain("host three does not answer");
    expect(refused.stderr).toContain("on it: miner");
    expect(refused.stderr).toContain("The nodes that answer are at height 110.");

    await configure({ hosts: JSON.stringify(hosts().slice(0, 2)) });
    expect(await run("up", "--give-up", "three")).toContain("at height 110");
    expect(await placement()).toEqual([["alice"], ["carol", "dave", "miner"]]);
    expect((await status()).drift).toEqual([]);
    await run("mine", "1");
    expect((await status()).nodes.map(({ height }) => height)).toEqual([111, 111, 111, 111]);
  });

  test("goes without a trace, once the swarm has let go of the host that is gone", async () => {
    const refused = await cli(["down", "--stack", stack], { env });
    expect(refused.stderr).toContain("docker node rm --force engine-3");
    const [first] = swarm.engines;
    await first?.docker.getNode("engine-3").remove({ force: true });
    await run("down");
    expect(await left()).toEqual([]);
  });
});
