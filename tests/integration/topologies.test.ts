/** Networks of other nodes than the walk-through's two: they come up, change, are parted and joined, and come back. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { cliSucceeds as run } from "../helpers/cli.ts";
import { nothing } from "../helpers/declared.ts";
import { isShown, runSteps, stepsOf } from "../helpers/documented.ts";
import { exampleConfig } from "../helpers/example.ts";
import { readPage } from "../helpers/markdown.ts";
import { peerNames } from "../helpers/peer-names.ts";
import { ProjectStack } from "../helpers/stack.ts";
import { story } from "../helpers/story.ts";
import { waitFor } from "../../base/wait.ts";

interface Chain {
  readonly height: number;
  readonly tip: string;
  readonly balances: Record<string, string>;
  readonly wallets: Record<string, Record<string, string>>;
  readonly funded: readonly { node: string; label: string; txid: string }[];
}

interface Peer {
  readonly subver: string;
}

const timeout = 60_000;

async function peersOf(stack: ProjectStack, node: string): Promise<string[]> {
  return peerNames(JSON.parse(await stack.ask(node, "getpeerinfo")) as Peer[]);
}

async function expectTip(
  stack: ProjectStack,
  nodes: readonly string[],
  hash: string,
): Promise<void> {
  await Promise.all(
    nodes.map((node) =>
      waitFor(
        async () => {
          const tip = await stack.ask(node, "getbestblockhash");
          return tip === hash ? true : { pending: tip };
        },
        { what: `${node} to be at ${hash}`, limitMs: timeout },
      ),
    ),
  );
}

/** Node's name → the id of its container, and when that was made. */
async function containersOf(stack: ProjectStack, nodes: readonly string[]): Promise<unknown> {
  const found = await Promise.all(nodes.map((node) => stack.container(node).inspect()));
  return found.map(({ Id, Created, NetworkSettings }) => ({
    Id,
    Created,
    ports: NetworkSettings.Ports["18332/tcp"],
  }));
}

describe("the walk-through's three nodes", () => {
  let stack: ProjectStack;
  let config: Record<string, string>;
  beforeAll(async () => {
    config = await exampleConfig("three");
    stack = await ProjectStack.create(config);
    await stack.up();
  });
  afterAll(async () => {
    await stack[Symbol.asyncDispose]();
  });

  it("are connected, and both Alice and Bob are paid", async () => {
    const { balances, wallets, funded, height } = await stack.output<Chain>("chain");
    expect(height).toBe(107);
    expect(balances).toMatchObject({ alice: "30.00000000", bob: "12.50000000" });
    expect(wallets["bob"]).toEqual({ bob: "12.50000000", savings: "0.00000000" });
    expect(funded.map(({ node, label }) => [node, label])).toEqual([
      ["alice", "Alice"],
      ["bob", "Bob"],
    ]);
    expect(await stack.ask("alice", "getbalance")).toBe("30.00000000");
    expect(await stack.ask("bob", "-rpcwallet=bob", "getbalance")).toBe("12.50000000");
    // The second payment spends the change of the first, and both are in one block.
    const txids = funded.map(({ txid }) => txid);
    const block = await stack.ask("miner", "getblockhash", "102");
    const { tx } = JSON.parse(await stack.ask("miner", "getblock", block)) as { tx: string[] };
    expect(tx.slice(1)).toEqual(txids);
    for (const node of ["alice", "bob", "miner"]) {
      const others = ["alice", "bob", "miner"].filter((name) => name !== node);
      expect(await peersOf(stack, node)).toEqual(others);
    }
  });

  it("have endpoints that answer", async () => {
    const endpoints = await stack.output<Record<string, string>>("endpoints");
    expect(Object.keys(endpoints).toSorted()).toEqual(["alice", "bob", "miner"]);
    for (const node of Object.keys(endpoints)) {
      await using rpc = await stack.rpc(node);
      const { subversion } = await rpc.call("getnetworkinfo");
      expect(subversion).toContain(`(${node})`);
    }
  });

  it("let people choose a node's wallet, also after a restart", async () => {
    await stack.container("bob").restart();
    await waitFor(
      async () => {
        const wallets = await stack.ask("bob", "listwallets").catch(() => "[]");
        return (JSON.parse(wallets) as string[]).includes("savings") ? true : undefined;
      },
      { what: "bob to have its wallets again", limitMs: timeout },
    );
  });

  describe("and a fourth one", () => {
    const before = ["alice", "bob", "miner"];
    let tip: string;
    let kept: unknown;
    let endpoints: unknown;
    const { test } = story();
    beforeAll(async () => {
      endpoints = await stack.output("endpoints");
      const address = await stack.ask("miner", "getnewaddress");
      await stack.ask("miner", "generatetoaddress", "3", address);
      tip = await stack.ask("miner", "getbestblockhash");
      await expectTip(stack, before, tip);
      kept = await containersOf(stack, before);
      await stack.configure({
        nodes: JSON.stringify([
          ...(JSON.parse(config["nodes"] ?? "[]") as unknown[]),
          { name: "carol", arguments: ["-maxmempool=20"] },
        ]),
      });
    });

    test("comes without touching the others, and gets the blocks that people mined", async () => {
      const chain = await stack.output<Chain>("chain");
      // The component, its volume and its container; the claim, the bootstrap and the snapshot know all nodes.
      expect(await stack.up()).toMatchObject({ create: 3, update: 3 });
      expect(await containersOf(stack, before)).toEqual(kept);
      await expectTip(stack, [...before, "carol"], tip);
      expect(await peersOf(stack, "carol")).toEqual(before);
      const after = await stack.output<Chain>("chain");
      expect(after).toEqual({
        ...chain,
        balances: { ...chain.balances, carol: "0.00000000" },
        wallets: { ...chain.wallets, carol: { carol: "0.00000000" } },
      });
      const { Config } = await stack.container("carol").inspect();
      expect(Config.Cmd).toContain("-maxmempool=20");
    });

    test("goes without touching the others", async () => {
      await stack.configure({ nodes: config["nodes"] ?? "" });
      expect(await stack.up()).toMatchObject({ delete: 3, update: 3 });
      expect(await containersOf(stack, before)).toEqual(kept);
      await expectTip(stack, before, tip);
      await stack.expectNoChanges();
      expect(await stack.output("endpoints")).toEqual(endpoints);
      const { containers, volumes, images } = await stack.footprint();
      expect(
        [...containers, ...volumes, ...images].filter((name) => name.includes("carol")),
      ).toEqual([]);
    });
  });

  it(
    "come back from a snapshot, with their wallets, by one command",
    { tags: ["long"] },
    async () => {
      const named = `${stack.name}-named`;
      const second = `${stack.name}-from`;
      await run("snapshot", named, "--stack", stack.name);
      try {
        await run("up", "--stack", second, "--from", named);
        const stdout = await run("pulumi", "stack", "output", "chain", "--json", "--stack", second);
        const { wallets } = JSON.parse(stdout) as Chain;
        expect(wallets).toMatchObject({
          alice: { alice: "30.00000000" },
          bob: { bob: "12.50000000", savings: "0.00000000" },
        });
        await run("reset", "--stack", second);
        expect(await run("up", "--stack", second)).toMatch(/^Resources:\n {4}\d+ unchanged\n/m);
      } finally {
        await run("down", "--stack", second);
        await run("pulumi", "stack", "rm", "--yes", "--stack", second);
        await run("snapshot", "remove", named);
      }
    },
  );

  // Other reasons, and that nothing is made: snapshots.test.ts.
  it("are no start for a stack with other nodes", { tags: ["long"] }, async () => {
    const snapshot = stack.prefix + stack.name;
    await using other = await ProjectStack.create({ start: "snapshot", snapshot });
    expect(await other.upFails()).toContain(
      `snapshot: "${snapshot}" is of another network: it has the nodes alice, bob, miner (miner), this network alice, miner (miner)`,
    );
    expect(await other.footprint()).toEqual(nothing);
  });
});

describe("ten nodes in a ring", () => {
  const names = Array.from({ length: 10 }, (_, index) => `n${index}`);
  let stack: ProjectStack;
  beforeAll(async () => {
    stack = await ProjectStack.create(await exampleConfig("ring"));
    await stack.up();
  });
  afterAll(async () => {
    await stack[Symbol.asyncDispose]();
  });

  it("have two peers each, and one chain", async () => {
    const { tip, height } = await stack.output<Chain>("chain");
    expect(height).toBe(107);
    await expectTip(stack, names, tip);
    for (const [index, node] of names.entries()) {
      const neighbours = [names.at(index - 1), names[(index + 1) % names.length]];
      expect(await peersOf(stack, node), node).toEqual(neighbours.toSorted());
    }
  });

  it("are two networks with two of them cut off, and one again, as the page shows it", async () => {
    const { blocks } = readPage("docs/topologies.md");
    const partition = blocks.slice(-3);
    expect(partition[0]?.text).toContain("setnetworkactive false");
    // Its blocks have to arrive at their sides before anybody looks.
    const [cut, ...joined] = partition
      .map(({ text, ...block }) => ({
        ...block,
        text: text
          .replaceAll("ring-", stack.prefix)
          .replaceAll(/(--stack|[Ss]tack) ring/g, `$1 ${stack.name}`),
      }))
      .map(stepsOf);
    await runSteps(cut ?? [], timeout);
    const [left, right] = [names.slice(1, 5), names.slice(6)];
    const [shorter, longer] = await Promise.all(
      ["n2", "n7"].map((node) => stack.ask(node, "getbestblockhash")),
    );
    await expectTip(stack, left, shorter ?? "");
    await expectTip(stack, right, longer ?? "");
    const steps = joined.flat();
    expect(steps[0]?.command).toBe(`npm run status -- --stack ${stack.name}`);
    const [ring] = cut?.[0]?.command.split("\n") ?? [];
    const printed = await runSteps([{ command: ring ?? "" }, ...steps], 4 * timeout);
    for (const [index, { command, shown }] of steps.entries()) {
      const found = printed[index + 1] ?? "";
      expect(shown === undefined || isShown(shown, found), `${command}\n${found}`).toBe(true);
    }
    await expectTip(stack, names, longer ?? "");
  });

  it("are put back to their snapshot", async () => {
    const { tip } = await stack.output<Chain>("chain");
    await run("reset", "--stack", stack.name);
    await expectTip(stack, names, tip);
  });

  // Of a stack with the defaults: snapshots.test.ts.
  it("are as declared after that", { tags: ["long"] }, async () => {
    await stack.expectNoChanges();
  });
});
