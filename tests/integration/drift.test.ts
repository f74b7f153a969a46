/** What people do to a running network behind Pulumi's back: a refresh sees it, `up` repairs it, and what they mined stays. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { changesIn } from "../helpers/changes.ts";
import { cliSucceeds } from "../helpers/cli.ts";
import { declaredHeight, expectDeclared } from "../helpers/declared.ts";
import { ProjectStack } from "../helpers/stack.ts";

let stack: ProjectStack;
let height = declaredHeight;
beforeAll(async () => {
  stack = await ProjectStack.create();
  await stack.up();
});
afterAll(async () => {
  await stack[Symbol.asyncDispose]();
});

const ask: ProjectStack["ask"] = (...question) => stack.ask(...question);

async function mine(count: number): Promise<void> {
  const address = await ask("miner", "getnewaddress");
  await ask("miner", "generatetoaddress", String(count), address);
  height += count;
  await ask("alice", "waitforblockheight", String(height));
}

/** The outputs as they are recorded name what is there. */
async function expectTrueOutputs(): Promise<void> {
  const recorded = await stack.output<Record<string, { id: string; ip: string }>>("containers");
  for (const node of ["alice", "miner"]) {
    const { Id, NetworkSettings } = await stack.container(node).inspect();
    const [ip] = Object.values(NetworkSettings.Networks).map(({ IPAddress }) => IPAddress);
    expect(recorded[node]).toMatchObject({ id: Id, ip });
  }
}

describe("a network as it came up", { tags: ["long"] }, () => {
  isRepaired(0, true);
});
describe("a network with blocks that people mined on top", () => {
  isRepaired(3, false);
});

/** @param inSteps whether what Pulumi sees is looked at before each repair, and that the next update changes nothing after it */
function isRepaired(mined: number, inSteps: boolean): void {
  const repaired = async (seen: object, expected: object): Promise<void> => {
    if (inSteps) {
      expect((await stack.refresh()).changes).toMatchObject(seen);
      expect(changesIn(await stack.pulumi(["preview"]))).toMatchObject(expected);
    }
    expect(await stack.up({ refresh: !inSteps })).toMatchObject(expected);
    await expectDeclared(stack, height, declaredHeight);
    await expectTrueOutputs();
    if (inSteps) await stack.expectNoChanges();
  };

  beforeAll(async () => {
    if (mined > 0) await mine(mined);
  });

  if (mined > 0) {
    it("that was moved on is told, and is no error and no change", async () => {
      const chain = await stack.output("chain");
      const { printed, changes } = await stack.repair();
      expect(printed).toContain(
        `${mined} blocks were mined since the bootstrap at height ${declaredHeight}; they are kept`,
      );
      expect(Object.keys(changes)).toEqual(["same"]);
      expect(await stack.output("chain")).toEqual(chain);
      expect(await ask("alice", "getblockcount")).toBe(String(height));
    });
  }

  it("whose wallet was unloaded and whose nodes were parted gets both back", async () => {
    await ask("alice", "unloadwallet", "alice");
    await ask("miner", "setnetworkactive", "false");
    const { printed, changes } = await stack.repair();
    expect(printed).toContain("alice: its wallet is not loaded");
    expect(printed).toContain("alice: it is not connected to miner");
    expect(changes).toHaveProperty("update");
    expect(JSON.parse(await ask("alice", "listwallets"))).toEqual(["alice"]);
    expect(JSON.parse(await ask("alice", "getpeerinfo"))).not.toEqual([]);
  });

  // One stopped container: services.test.ts.
  it("with a stopped and a paused node has both running again", { tags: ["long"] }, async () => {
    await stack.container("alice").stop();
    await stack.container("miner").pause();
    const { printed } = await stack.repair();
    expect(printed).toContain("alice: its container is exited");
    expect(printed).toContain("miner: its container is paused");
    await expectDeclared(stack, height, declaredHeight);
    if (inSteps) await stack.expectNoChanges();
    await expectTrueOutputs();
  });

  it("without its snapshot image gets one of the declared chain", { tags: ["long"] }, async () => {
    await stack.docker.getImage(`${stack.prefix}alice:latest`).remove();
    await repaired({ delete: 1 }, { create: 1 });
  });

  // One of them in each state: what is done is the same.
  const node = mined === 0 ? "alice" : "miner";
  const other = mined === 0 ? "miner" : "alice";

  it(`without ${node}'s container gets it back`, async () => {
    await stack.container(node).remove({ force: true });
    const chain = await stack.output("chain");
    // The bootstrap and the snapshot know the container, and hold as they were.
    await repaired({ delete: 1 }, { create: 1, update: 2 });
    expect(await stack.output("chain")).toEqual(chain);
  });

  it(`without ${other}'s volume gets its chain from ${node}`, async () => {
    await stack.removeNodes(other);
    expect(await stack.up({ refresh: true })).toMatchObject({ create: 2 });
    await expectDeclared(stack, height, declaredHeight);
    await stack.expectNoChanges();
  });
}

describe("a chain that people put in the place of the declared one", () => {
  it("is told as that, is not gone on from, and reset leads back", async () => {
    const below = await ask("miner", "getblockhash", String(declaredHeight - 2));
    for (const node of ["alice", "miner"]) await ask(node, "invalidateblock", below);
    const address = await ask("miner", "getnewaddress");
    await ask("miner", "generatetoaddress", String(height), address);
    const advice = "npm run reset returns to the declared chain";
    const printed = await stack.upFails({ refresh: true });
    expect(printed).toContain(`other blocks replaced it; ${advice}`);
    expect(printed).toContain(
      `the tip of the declared chain, was replaced by other blocks; ${advice}`,
    );
    expect(await ask("miner", "getblockcount")).toBe(String(height + declaredHeight - 3));
    await cliSucceeds("reset", "--stack", stack.name);
    await expectDeclared(stack);
    await stack.up();
  });
});
