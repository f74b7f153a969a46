/**
 * A network on several engines: three machines of one Docker swarm, as far as network namespaces make machines. All are
 * named, and there is no engine that the commands find by themselves.
 */
import { afterAll, beforeAll, describe, expect } from "vitest";

import { label, labelFilter } from "../../engine/labels.ts";
import { cli } from "../helpers/cli.ts";
import { HostedStack } from "../helpers/hosted-stack.ts";
import { ProcessGroup } from "../helpers/process-group.ts";
import { secondEnginePossible } from "../helpers/second-engine.ts";
import { startSwarm, type Swarm } from "../helpers/swarm.ts";
import { firstHostEnv } from "../helpers/swarm-hosts.ts";
import { story } from "../helpers/story.ts";

describe.skipIf(!secondEnginePossible)("a network on three hosts", () => {
  let swarm: Swarm;
  let stack: HostedStack;
  const undo = new AsyncDisposableStack();
  beforeAll(async () => {
    swarm = undo.use(await startSwarm());
    stack = undo.use(
      await HostedStack.create(
        swarm,
        {
          nodes: [
            { name: "alice", rpcPort: "free" },
            { name: "miner", role: "miner", rpcPort: "free" },
            { name: "carol" },
            { name: "dave", host: "two" },
          ],
          crowd: { replicas: 4 },
        },
        { firstNamed: true },
      ),
    );
  });
  afterAll(() => undo.disposeAsync());

  const { test } = story();

  test("comes up with its nodes spread over them, at one tip", async () => {
    const printed = await stack.run("up");
    const [, two, three] = swarm.engines;
    expect(printed).toContain(`http://${two?.address ?? ""}:`);
    expect(await stack.placement()).toEqual([["alice"], ["carol", "dave"], ["miner"]]);
    await stack.crowdAt(107, 4);
    const { height, nodes, crowd, otherPeers, drift } = await stack.status();
    expect(crowd).toMatchObject({ running: 4, hosts: expect.anything() as unknown });
    expect(Object.keys(crowd.hosts).length).toBeGreaterThan(1);
    expect(otherPeers).toEqual([]);
    expect(height).toBe(107);
    expect(nodes.map(({ height }) => height)).toEqual([107, 107, 107, 107]);
    expect(drift).toEqual([]);
    expect(nodes.find(({ name }) => name === "miner")?.endpoint).toContain(three?.address);
  });

  test("comes up again without a change", async () => {
    expect(await stack.run("up")).toContain("unchanged");
  });

  test("shows the logs of all nodes, and runs commands in their containers", async () => {
    const logs = await stack.run("logs", "--tail", "1");
    for (const node of ["alice", "miner", "carol", "dave"])
      expect(logs).toMatch(new RegExp(`^${node} +│ `, "m"));
    expect(await stack.exec("dave", "bitcoin-cli getblockcount")).toBe("107");
    const asked = await cli(["cli", "--stack", stack.name, "alice", "getblockcount"], {
      env: stack.env,
    });
    expect(asked.stdout, asked.stderr).toBe("107");
  });

  test("mines, pays and is reset", async () => {
    expect(await stack.run("mine", "3")).toContain("110");
    expect(await stack.heights()).toEqual([110, 110, 110, 110]);
    await stack.crowdAt(110, 4);
    await stack.run("reset");
    await stack.crowdAt(107, 4);
    expect(await stack.heights()).toEqual([107, 107, 107, 107]);
  });

  test("is kept in a snapshot, to which it is reset", async () => {
    await stack.run("mine", "1");
    await stack.run("snapshot", `${stack.name}-named`);
    await stack.run("mine", "2");
    await stack.run("reset", "--to", `${stack.name}-named`);
    expect((await stack.status()).height).toBe(108);
    const env = firstHostEnv(swarm.engines);
    const removed = await cli(["snapshot", "remove", `${stack.name}-named`], { env });
    expect(removed.exitCode, removed.stderr).toBe(0);
  });

  test("says which host does not answer, and goes on without it when it is told to", async () => {
    await stack.run("mine", "2");
    const words = ["sh", "toolchain/run.sh", "status", "--stack", stack.name, "--watch", "--json"];
    const watch = ProcessGroup.start(words, stack.env);
    await watch.prints('"height":110');
    await swarm.engines[2]?.kill();
    await watch.prints(/^\{"type":"error","message":/m);
    await watch.prints(/"name":"miner".{0,300}"state":"unknown"/);
    watch.signal("SIGINT");
    expect((await watch.ended()).code).toBe(130);
    // The swarm starts those of it elsewhere.
    await stack.crowdAt(110, 4);
    const { nodes, crowd, byHand } = await stack.status();
    expect(crowd.running).toBe(4);
    expect(crowd.hosts).not.toHaveProperty("three");
    expect(nodes.map(({ name, state }) => `${name} ${state}`)).toEqual([
      ...["alice running", "miner unknown", "carol running", "dave running"],
    ]);
    expect(byHand).toEqual([expect.stringMatching(/^miner: its host three does not answer: /)]);

    const logs = await stack.tried("logs", "--tail", "1");
    expect(logs.stdout).toMatch(/^alice +│ /m);
    expect(logs.stderr).toContain("miner: its host three does not answer: ");
    const command = ["cli", "--stack", stack.name, "miner", "getblockcount"];
    const { stderr } = await cli(command, { env: stack.env });
    expect(stderr).toContain("error: miner: its host three does not answer: ");

    const refused = await stack.tried("up");
    expect(refused.exitCode).toBe(1);
    expect(refused.stderr).toContain("host three does not answer");
    expect(refused.stderr).toContain("on it: miner");
    expect(refused.stderr).toContain("The nodes that answer are at height 110.");

    await stack.configure({ hosts: stack.hosts().slice(0, 2) });
    expect(await stack.run("up", "--give-up", "three")).toContain("at height 110");
    expect(await stack.placement()).toEqual([["alice"], ["carol", "dave", "miner"]]);
    expect((await stack.status()).drift).toEqual([]);
    await stack.run("mine", "1");
    expect(await stack.heights()).toEqual([111, 111, 111, 111]);
  });

  test("goes without a trace, once the swarm has let go of the host that is gone", async () => {
    const refused = await stack.tried("down");
    expect(refused.stderr).toContain("docker node rm --force engine-3");
    const [first] = swarm.engines;
    await first?.docker.getNode("engine-3").remove({ force: true });
    // The one that was brought there keeps the stages of builds.
    const ofKind = (kind: string) => ({ filters: labelFilter({ [label.kind]: kind }) });
    for (const { RepoTags } of (await first?.docker.listImages(ofKind("image"))) ?? [])
      for (const name of RepoTags ?? [])
        if (!name.startsWith(stack.name)) await first?.docker.getImage(name).remove();
    expect(await first?.docker.listImages(ofKind("build-cache"))).not.toEqual([]);
    await stack.run("down");
    expect(await stack.left()).toEqual([]);
    expect(await first?.docker.listImages(ofKind("build-cache"))).toEqual([]);
  });
});
