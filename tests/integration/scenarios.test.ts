/** Scenarios of people's own on a stack: run as a whole or not at all, and a part of the snapshot. */
import { writeFile } from "node:fs/promises";
import path from "node:path";

import { afterAll, beforeAll, describe, expect, it } from "vitest";

import type { RpcClient } from "../../bootstrap/rpc/client.ts";
import { label, labelFilter } from "../../engine/labels.ts";
import { readManifest } from "../../bootstrap/snapshots/manifest.ts";
import { declaredHeight } from "../helpers/declared.ts";
import { ProcessGroup } from "../helpers/process-group.ts";
import { ProjectStack } from "../helpers/stack.ts";
import { story } from "../helpers/story.ts";
import { type TempFolder, tempFolder } from "../helpers/temp-folder.ts";

/** It stops in the middle until there is a file `go` beside it. */
const halting = `
import { existsSync } from "node:fs";
import type { Scenario } from ${JSON.stringify(path.resolve("bootstrap/index.ts"))};

const scenario: Scenario = async (network) => {
  const address = await network.alice.wallet.call("getnewaddress", ["order", "bech32"]);
  await network.fund(address, "1.5");
  network.report("in the middle");
  if (!existsSync(new URL("go", import.meta.url))) await new Promise(() => undefined);
  await network.reorg(1, { transactions: "mined" });
  await network.miner.rpc.call("createwallet", { wallet_name: "cold", blank: true });
};
export default scenario;
`;

/** The payment's block, and the one more that a reorganisation has. */
const height = declaredHeight + 2;

describe("a scenario", () => {
  let stack: ProjectStack;
  let temporary: TempFolder;
  let folder: string;
  let alice: RpcClient;
  let tip: string;
  const { test, soFar } = story();
  const write = (name: string, text: string): Promise<void> =>
    writeFile(path.join(folder, name), text);
  beforeAll(async () => {
    temporary = await tempFolder();
    folder = temporary.path;
    await write("package.json", '{ "type": "module" }');
    await write("scenario.ts", halting);
    stack = await ProjectStack.create({ scenario: path.join(folder, "scenario.ts") });
  });
  afterAll(async () => {
    await alice.close();
    await stack[Symbol.asyncDispose]();
    await temporary[Symbol.asyncDispose]();
  });

  test("that was killed half-way is run again as a whole", async () => {
    const up = ["npm", "run", "up", "--", "--stack", stack.name];
    const run = ProcessGroup.start(up);
    await run.prints("in the middle");
    run.killAll();
    await run.ended();
    await write("go", "");
    const { code, printed } = await ProcessGroup.start(up).ended();
    expect(code, printed).toBe(0);
    expect(printed).toContain("reset the nodes to the genesis block");

    alice = await stack.rpc("alice");
    expect(await alice.call("getblockcount")).toBe(height);
    expect(await alice.call("getbalance")).toBe(31.5);
    expect(await alice.call("listlabels")).toContain("order");
    tip = await alice.call("getbestblockhash");
  });

  test("is a part of the snapshot, a wallet that it made included", async () => {
    const filters = labelFilter({ [label.stack]: stack.name, [label.kind]: "snapshot" });
    const [image] = await stack.docker.listImages({ filters });
    const { facts, bootstrapped } = readManifest(image?.Labels ?? {}, "snapshot");
    expect(facts).toMatchObject({ height, tip });
    expect(facts.wallets["miner"]).toHaveProperty("cold");
    expect(bootstrapped).toBe(height);
  });

  test("does not run again for a node that is added, which gets the chain", async () => {
    const nodes = [{ name: "alice" }, { name: "miner", role: "miner" }];
    await stack.configure({ nodes: JSON.stringify([...nodes, { name: "bob" }]) });
    // The component, its volume and its container.
    expect(await stack.up()).toMatchObject({ create: 3 });
    await using bob = await stack.rpc("bob");
    expect(await bob.call("getbestblockhash")).toBe(tip);
    expect(await bob.call("listwallets")).toEqual(["bob"]);
  });

  test("runs again, to the same chain, when a node lost its volume; but not over what people mined since", async () => {
    const address = await alice.call("getnewaddress");
    const [block] = await alice.call<string[]>("generatetoaddress", [2, address]);
    await stack.removeNodes("miner");
    expect(await stack.upFails({ refresh: true })).toMatch(
      /the scenario has to run again.*would discard the 2 blocks mined since the bootstrap at height 109.*--discard-blocks/s,
    );
    expect(await alice.call("getblockheader", [block ?? ""])).toMatchObject({
      height: height + 1,
    });

    await stack.pulumi(["up", "--yes", "--skip-preview"], { REGTEST_DISCARD_BLOCKS: "1" });
    expect(await alice.call("getbestblockhash")).toBe(tip);
  });

  test("that throws is told with its line and what it printed, and leaves nothing", async () => {
    await write(
      "scenario.ts",
      'export default async (network) => {\n  console.log(await network.mine(3));\n  console.log("ends");\n  throw new Error("out of stock");\n};\n',
    );
    const printed = await stack.upFails();
    const file = JSON.stringify(path.join(folder, "scenario.ts"));
    expect(printed).toContain(`scenario: ${file}, line 4, failed: out of stock`);
    expect(printed).toContain("scenario: ends");
    expect(printed).not.toMatch(/^\s+at .*:\d+:\d+\)?$/m);
    expect(await alice.call("getblockcount")).toBe(0);
    expect((await alice.call("listwalletdir")).wallets).toEqual([]);
    // What was there before it was another one is not given up before there is something to take its place.
    const { images, volumes } = await stack.footprint();
    expect(images).toHaveLength(4);
    expect(volumes).toHaveLength(6);
  });

  const thrown = soFar();
  // Whatever a program may end with: tests/unit/bootstrap/scenario/process.test.ts.
  it("that ends its process takes nothing with it", { tags: ["long"] }, async () => {
    await thrown();
    await write(
      "scenario.ts",
      'export default async (network) => {\n  console.log(await network.mine(1));\n  console.log("ends");\n  process.exit(3);\n};\n',
    );
    const printed = await stack.upFails();
    expect(printed).toContain("failed: its process ended with exit code 3 before the scenario did");
    expect(printed).toContain("scenario: ends");
    expect(await alice.call("getblockcount")).toBe(0);
  });

  test("that was mended begins on nodes of its own", async () => {
    await write(
      "scenario.ts",
      "export default async (network) => {\n  await network.mine(3);\n};\n",
    );
    await stack.up();
    expect(await alice.call("getblockcount")).toBe(declaredHeight + 3);
    expect((await stack.footprint()).volumes).toHaveLength(3);
  });

  const takesTooLong = async (text: string): Promise<void> => {
    await write("scenario.ts", text);
    await stack.configure({ timeout: "5" });
    expect(await stack.upFails()).toMatch(
      /scenario: ".*" failed: it did not end within 5 s; give it longer with config timeout/,
    );
  };
  test("that waits for ever takes no more than the time-out, and says which key gives it more", () =>
    takesTooLong("export default () => new Promise(() => undefined);\n"));
  const before = soFar();
  // And keeps a core busy: tests/unit/bootstrap/scenario/process.test.ts has it too.
  it("that never yields takes no more either", { tags: ["long"] }, async () => {
    await before();
    await takesTooLong("export default () => {\n  for (;;) {}\n};\n");
  });
});
