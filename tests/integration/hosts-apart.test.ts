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
const servicesOn = (host: string): object[] => [
  {
    ...{ name: "shop", host },
    image: base,
    command: ["sh", "-c", "trap 'exit 0' TERM; sleep 100000 & wait"],
    state: ["/srv/shop"],
  },
];
const nodesOn = (bobs: string): object[] => [
  { name: "alice", host: "one", rpcPort: "free" },
  { name: "bob", host: bobs },
  { name: "miner", role: "miner", host: "one", rpcPort: "free" },
];
const tags = ["long"];

async function write(stack: HostedStack, text: string): Promise<void> {
  await stack.exec("shop", `echo ${text} > /srv/shop/kept`);
}

/** What the service keeps; "": nothing. */
async function kept(stack: HostedStack): Promise<string> {
  return (await stack.exec("shop", "cat /srv/shop/* || true")).trim();
}

describe.skipIf(!secondEnginePossible)("hosts", () => {
  let swarm: Swarm;
  let stack: HostedStack;
  const undo = new AsyncDisposableStack();
  beforeAll(async () => {
    swarm = undo.use(await startSwarm());
    stack = undo.use(
      await HostedStack.create(swarm, {
        nodes: nodesOn("two"),
        services: servicesOn("two"),
      }),
    );
  });
  afterAll(() => undo.disposeAsync());

  const named = (): string => `${stack.name}-named`;

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

  test("keep what a service on one of them has, in a snapshot and at resets", async () => {
    expect(await stack.placement()).toEqual([["alice", "miner"], ["bob", "shop"], []]);
    await write(stack, "snapshot");
    await stack.run("snapshot", named());
    await write(stack, "later");
    await stack.run("reset", "--to", named());
    expect(await kept(stack)).toBe("snapshot");
    expect(await stack.heights()).toEqual([109, 109, 109]);
    await stack.run("stop", "shop");
    await stack.run("start", "shop");
    expect(await kept(stack)).toBe("snapshot");
    await stack.run("reset");
    expect(await kept(stack)).toBe("");
    await stack.run("reset", "--to", named());
  });

  test("have a snapshot that another network starts from on other hosts", async () => {
    const name = named();
    const nodes = [
      { name: "alice", host: "three" },
      { name: "bob", host: "one" },
      { name: "miner", role: "miner", host: "two" },
    ].map((node) => ({ ...node, rpcPort: "free" }));
    {
      await using other = await HostedStack.another(swarm, {
        ...{ nodes, services: servicesOn("three"), start: "snapshot", snapshot: name },
      });
      expect(await other.run("up")).toContain("height 109");
      expect(await other.placement()).toEqual([["bob"], ["miner"], ["alice", "shop"]]);
      expect(await kept(other)).toBe("snapshot");
      expect(await other.heights()).toEqual([109, 109, 109]);
      await other.run("mine", "1");
      await other.run("down");
      expect(await other.left()).toEqual([]);
    }
  });

  test("between which a node and a service move need leave to discard what the service keeps", async () => {
    await stack.configure({ nodes: nodesOn("three"), services: servicesOn("three") });
    const refused = await stack.tried("up");
    expect(refused.stdout + refused.stderr).toContain("would discard what shop keeps");
    expect(await kept(stack)).toBe("snapshot");
    await stack.run("up", "--discard-blocks");
    expect(await stack.placement()).toEqual([["alice", "miner"], [], ["bob", "shop"]]);
    expect(await stack.heights()).toEqual([109, 109, 109]);
    expect(await kept(stack)).toBe("");
    await stack.run("reset", "--to", named());
    expect(await kept(stack)).toBe("snapshot");
    expect((await stack.status()).drift).toEqual([]);
  });

  test("of which one fails lose what a service keeps there, which begins elsewhere", async () => {
    await swarm.engines[2]?.kill();
    const { services: seen, byHand } = await stack.status();
    expect(seen).toMatchObject([{ name: "shop", host: "three", state: "unknown", up: false }]);
    expect(byHand).toEqual([
      expect.stringMatching(/^bob: its host three does not answer: /),
      expect.stringMatching(/^shop: its host three does not answer: /),
    ]);
    const refused = await stack.tried("up");
    expect(refused.stderr).toContain("on it: bob, shop. ");
    expect(refused.stderr).toContain("what services keep there are lost");
    const [hosts, nodes, services] = [stack.hosts().slice(0, 2), nodesOn("two"), servicesOn("two")];
    await stack.configure({ hosts, nodes, services });
    await stack.run("up", "--give-up", "three");
    expect(await stack.placement()).toEqual([
      ["alice", "miner"],
      ["bob", "shop"],
    ]);
    await stack.run("reset", "--to", named());
    expect(await kept(stack)).toBe("snapshot");
    const removed = await cli(["snapshot", "remove", named()], { env: stack.env });
    expect(removed.exitCode, removed.stderr).toBe(0);
  });

  test("of which one is gone for good are left by a stack that goes", async () => {
    await swarm.engines[1]?.kill();
    for (const member of ["engine-2", "engine-3"])
      await swarm.engines[0]?.docker.getNode(member).remove({ force: true });
    const refused = await stack.tried("down");
    expect(refused.stderr).toContain("host two does not answer");
    await stack.run("down", "--give-up", "two");
    expect(await stack.left()).toEqual([]);
  });
});
