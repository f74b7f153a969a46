/** What chooses its host by labels, and a scenario, which works with nodes on all of them. */
import { writeFile } from "node:fs/promises";
import path from "node:path";

import { afterAll, beforeAll, describe, expect } from "vitest";

import { HostedStack } from "../helpers/hosted-stack.ts";
import { secondEnginePossible } from "../helpers/second-engine.ts";
import { story } from "../helpers/story.ts";
import { startSwarm } from "../helpers/swarm.ts";
import { tempFolder } from "../helpers/temp-folder.ts";

const pays = `
export default async function (network) {
  const address = await network.node("bob").wallet.call("getnewaddress", ["order", "bech32"]);
  await network.fund(address, "1.5", { confirmations: 2 });
};
`;

describe.skipIf(!secondEnginePossible)("hosts with labels", { tags: ["long"] }, () => {
  const undo = new AsyncDisposableStack();
  let stack: HostedStack;
  beforeAll(async () => {
    const folder = undo.use(await tempFolder()).path;
    await writeFile(path.join(folder, "package.json"), '{ "type": "module" }');
    await writeFile(path.join(folder, "scenario.ts"), pays);
    const swarm = undo.use(await startSwarm({ engines: 2 }));
    stack = undo.use(
      await HostedStack.create(swarm, {
        nodes: [
          { name: "alice", host: { zone: "a" }, rpcPort: "free" },
          { name: "bob", host: { zone: "b", disk: "ssd" }, rpcPort: "free" },
          { name: "miner", role: "miner", host: { disk: "ssd" }, rpcPort: "free" },
        ],
        crowd: { replicas: 2, host: { zone: "a" } },
        scenario: path.join(folder, "scenario.ts"),
        autoMine: "3s",
      }),
    );
    const labels = [{ zone: "a" }, { zone: "b", disk: "ssd" }];
    const hosts = stack.hosts().map((host, index) => ({ ...host, labels: labels[index] }));
    await stack.configure({ hosts });
  });
  afterAll(() => undo.disposeAsync());

  const { test } = story();

  test("have what asks for them, and the scenario's payment", async () => {
    await stack.run("up");
    expect(await stack.placement()).toEqual([["alice"], ["auto-miner", "bob", "miner"]]);
    const balance = await stack.run("balance", "bob");
    expect(balance).toContain("1.50000000");
    const { crowd } = await stack.status();
    expect(crowd).toMatchObject({ running: 2, hosts: { one: 2 } });
  });

  test("have blocks of the auto-miner, which is where the miner is", async () => {
    const { height } = await stack.status();
    await expect.poll(async () => (await stack.status()).height).toBeGreaterThan(height);
  });

  test("are refused for labels that none has", async () => {
    await stack.configure({ crowd: { replicas: 2, host: { zone: "c" } } });
    const { exitCode, stderr } = await stack.tried("up");
    expect(exitCode).toBe(1);
    expect(stderr).toContain("crowd.host");
    await stack.run("down");
    expect(await stack.left()).toEqual([]);
  });
});
