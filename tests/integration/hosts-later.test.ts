/** A stack that begins on one engine, gets another host, and goes back. */
import { afterAll, beforeAll, describe, expect } from "vitest";

import { HostedStack } from "../helpers/hosted-stack.ts";
import { secondEnginePossible } from "../helpers/second-engine.ts";
import { story } from "../helpers/story.ts";
import { startSwarm } from "../helpers/swarm.ts";

describe.skipIf(!secondEnginePossible)("a network on one engine", { tags: ["long"] }, () => {
  const undo = new AsyncDisposableStack();
  let stack: HostedStack;
  const nodes = (hosts: { readonly alice?: string; readonly miner?: string }): object[] => [
    { name: "alice", rpcPort: "free", host: hosts.alice },
    { name: "miner", role: "miner", rpcPort: "free", host: hosts.miner },
  ];
  beforeAll(async () => {
    const swarm = undo.use(await startSwarm({ engines: 2 }));
    stack = undo.use(await HostedStack.create(swarm, { nodes: nodes({}), hosts: [] }));
  });
  afterAll(() => undo.disposeAsync());

  /** The update that brings the nodes there, after which there is nothing to do. */
  async function movesTo(hosts: readonly object[], declared: readonly object[]): Promise<void> {
    await stack.configure({ hosts, nodes: declared });
    await stack.run("up");
    expect(await stack.heights()).toEqual([109, 109]);
    expect((await stack.status()).drift).toEqual([]);
    expect(await stack.run("up")).toMatch(/^Resources:\n +\d+ unchanged$/m);
  }

  /** Names of the volumes that the miner has had, on each engine. */
  async function minersVolumes(): Promise<number[]> {
    const lists = stack.swarm.engines.map(async ({ docker }) => {
      const { Volumes } = await docker.listVolumes();
      const all = (Volumes as typeof Volumes | null) ?? [];
      return all.filter(({ Name }) => Name.includes("-miner-")).length;
    });
    return await Promise.all(lists);
  }

  const { test } = story();

  test("gets a second host, to which a node moves", async () => {
    await stack.run("up");
    await stack.run("mine", "2");
    expect(await stack.placement()).toEqual([["alice", "miner"], []]);
    await movesTo(stack.hosts(), nodes({ alice: "one", miner: "two" }));
    expect(await stack.placement()).toEqual([["alice"], ["miner"]]);
    expect(await minersVolumes()).toEqual([0, 1]);
  });

  test("keeps the node where it is when the host is renamed", async () => {
    const [first, second] = stack.hosts();
    const renamed = [{ ...first }, { ...second, name: "other" }];
    await movesTo(renamed, nodes({ alice: "one", miner: "other" }));
    expect(await stack.placement()).toEqual([["alice"], ["miner"]]);
    expect(await minersVolumes()).toEqual([0, 1]);
  });

  test("goes back to the one, and without a trace", async () => {
    await movesTo([], nodes({}));
    expect(await stack.placement()).toEqual([["alice", "miner"], []]);
    expect(await minersVolumes()).toEqual([1, 0]);
    await stack.run("down");
    expect(await stack.left()).toEqual([]);
  });
});
