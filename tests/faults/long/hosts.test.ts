/** An engine of several that is lost in the middle of an update, as when its machine loses its power. */
import { afterAll, beforeAll, describe, expect } from "vitest";

import { type Pending, waitFor } from "../../../base/wait.ts";
import { HostedStack } from "../../helpers/hosted-stack.ts";
import { ProcessGroup } from "../../helpers/process-group.ts";
import { secondEnginePossible } from "../../helpers/second-engine.ts";
import { story } from "../../helpers/story.ts";
import { startSwarm, type Swarm } from "../../helpers/swarm.ts";
import type { SwarmEngine } from "../../helpers/swarm-engine.ts";

const nodes = [
  { name: "alice", host: "one", rpcPort: "free" },
  { name: "bob", host: "two" },
  { name: "miner", role: "miner", host: "one", rpcPort: "free" },
];

describe.skipIf(!secondEnginePossible)("a host is lost in the middle", () => {
  let swarm: Swarm;
  let stack: HostedStack;
  const undo = new AsyncDisposableStack();
  beforeAll(async () => {
    swarm = undo.use(await startSwarm({ engines: 2 }));
    stack = undo.use(await HostedStack.create(swarm, { nodes }));
  });
  afterAll(() => undo.disposeAsync());

  const { test } = story();

  /** Runs a command, and has the engine go when it prints the marker. Returns all that it printed. */
  async function losing(
    command: "up" | "down",
    marker: string | RegExp,
    engine: SwarmEngine | undefined,
  ): Promise<string> {
    const words = ["sh", "toolchain/run.sh", command, "--stack", stack.name];
    const run = ProcessGroup.start(words, stack.env);
    await run.prints(marker);
    await engine?.kill();
    const { code, printed } = await run.ended();
    expect(code, printed).toBe(1);
    return printed;
  }

  /** Has power again, and is a member of the swarm. */
  async function back(engine: SwarmEngine | undefined): Promise<void> {
    await engine?.start();
    const [first] = swarm.engines;
    const ready = async (): Promise<true | Pending> => {
      const members = (await first?.docker.listNodes()) as { Status: { State: string } }[];
      const states = members.map(({ Status }) => Status.State);
      return states.every((state) => state === "ready") || { pending: states.join(", ") };
    };
    await waitFor(ready, { what: "the swarm to be whole", limitMs: 60_000 });
  }

  test("of the first update: the second one, and the next update continues", async () => {
    const [, two] = swarm.engines;
    const printed = await losing("up", "mine to height", two);
    expect(printed).toMatch(/host two:\n +error: it does not answer \(/);
    expect((await stack.tried("up")).stderr).toContain("host two does not answer");
    await back(two);
    expect(await stack.run("up")).toContain("height 107");
    expect(await stack.heights()).toEqual([107, 107, 107]);
  });

  test("of a change: the manager, and the next update continues", async () => {
    const [one] = swarm.engines;
    await stack.configure({ nodes: [...nodes, { name: "carol", host: "two" }] });
    const printed = await losing("up", /node carol/, one);
    expect(printed).toMatch(/host one:\n +error: it does not answer \(/);
    await back(one);
    expect(await stack.run("up")).toContain("height 107");
    expect(await stack.heights()).toEqual([107, 107, 107, 107]);
    expect(await stack.run("up")).toContain("unchanged");
  });

  test("of the removal: the second one, and nothing is left by the next", async () => {
    const [, two] = swarm.engines;
    const printed = await losing("down", /node carol/, two);
    expect(printed).toMatch(/host two:\n +error: it does not answer \(/);
    await back(two);
    await stack.run("down");
    expect(await stack.left()).toEqual([]);
  });
});
