/** What else befalls a network on several hosts: a cable that is pulled, a snapshot elsewhere, a host that is gone for good. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { type Pending, waitFor } from "../../base/wait.ts";
import { execIn } from "../../engine/exec.ts";
import { cli } from "../helpers/cli.ts";
import { HostedStack } from "../helpers/hosted-stack.ts";
import { secondEnginePossible } from "../helpers/second-engine.ts";
import { startSwarm, type Swarm } from "../helpers/swarm.ts";
import { inOrder } from "../helpers/story.ts";

const base = process.env["REGTEST_BASE_IMAGE"] ?? "debian:forky-slim";
// It goes when it is told to.
const services = [
  {
    name: "shop",
    image: base,
    command: ["sh", "-c", "trap 'exit 0' TERM; sleep 100000 & wait"],
    state: ["/srv/shop"],
  },
];
const tags = ["long"];

describe.skipIf(!secondEnginePossible)("hosts", () => {
  let swarm: Swarm;
  let stack: HostedStack;
  beforeAll(async () => {
    swarm = await startSwarm();
    stack = await HostedStack.create(swarm, {
      nodes: [
        { name: "alice", host: "one", rpcPort: "free" },
        { name: "bob", host: "two" },
        { name: "miner", role: "miner", host: "one", rpcPort: "free" },
      ],
      services,
    });
  });
  afterAll(async () => {
    await stack[Symbol.asyncDispose]();
    await swarm[Symbol.asyncDispose]();
  });

  const add = inOrder();
  const test = (title: string, work: () => Promise<void>): void => {
    it(title, { tags }, add(work));
  };

  test("carry a network with a service, without a second change", async () => {
    expect(await stack.run("up")).toContain("height 107");
    expect(await stack.heights()).toEqual([107, 107, 107]);
    expect(await stack.run("up")).toContain("unchanged");
  });

  test("that lose sight of each other mine apart, and are at one tip when the cable is back", async () => {
    await swarm.engines[1]?.cut();
    const miner = swarm.engines[0]?.docker.getContainer(`${stack.name}-miner`);
    if (miner !== undefined) await execIn(miner, ["bitcoin-cli", "-generate", "1"]);
    const alone = await stack.status();
    expect(alone.nodes.find(({ name }) => name === "bob")?.height).toBeUndefined();
    await swarm.engines[1]?.mend();
    const healed = async (): Promise<true | Pending> => {
      const { exitCode, stderr } = await stack.tried("sync");
      return exitCode === 0 || { pending: stderr };
    };
    await waitFor(healed, { what: "the nodes to find each other", limitMs: 120_000 });
    expect(await stack.heights()).toEqual([108, 108, 108]);
    await stack.run("mine", "1");
    expect(await stack.heights()).toEqual([109, 109, 109]);
  });

  test("have a snapshot that another network starts from on other hosts", async () => {
    const name = `${stack.name}-moved`;
    await stack.run("snapshot", name);
    const nodes = [
      { name: "alice", host: "three" },
      { name: "bob", host: "one" },
      { name: "miner", role: "miner", host: "two" },
    ].map((node) => ({ ...node, rpcPort: "free" }));
    {
      await using other = await HostedStack.another(swarm, {
        ...{ nodes, services, start: "snapshot", snapshot: name },
      });
      expect(await other.run("up")).toContain("height 109");
      expect(await other.placement()).toEqual([["bob", "shop"], ["miner"], ["alice"]]);
      expect(await other.heights()).toEqual([109, 109, 109]);
      await other.run("mine", "1");
      await other.run("down");
      expect(await other.left()).toEqual([]);
    }
    const removed = await cli(["snapshot", "remove", name], { env: stack.env });
    expect(removed.exitCode, removed.stderr).toBe(0);
  });

  test("of which one is gone for good are left by a stack that goes", async () => {
    await swarm.engines[1]?.kill();
    await swarm.engines[0]?.docker.getNode("engine-2").remove({ force: true });
    const refused = await stack.tried("down");
    expect(refused.stderr).toContain("host two does not answer");
    await stack.run("down", "--give-up", "two");
    expect(await stack.left()).toEqual([]);
  });
});
