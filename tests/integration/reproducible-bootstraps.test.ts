/** One chain from many bootstraps, whatever is different about them. */
import { beforeAll, describe, expect, it } from "vitest";

import { bootstrap, prepare } from "../../bootstrap/bootstrap.ts";
import { reconnect } from "../../bootstrap/nodes/reconnect.ts";
import { mine, mineAt } from "../../bootstrap/chain/mining.ts";
import { minerOf, type Run } from "../../bootstrap/nodes/run.ts";
import type { BlockContent } from "../golden/blocks.ts";
import { labelledAddresses } from "../../bootstrap/payments/funding.ts";
import { chainBegin } from "../../bootstrap/clock/mocktime.ts";
import type { Node } from "../../bootstrap/nodes/node.ts";
import type { TemporaryNetwork } from "../../bootstrap/nodes/temporary-network.ts";
import { Bootstraps, type Told, bootstrapAndTell, plan, tellAll } from "../helpers/bootstraps.ts";
import { expectGolden } from "../helpers/golden.ts";

/** How many bootstraps must agree. */
const runs = Number(process.env["BOOTSTRAPS"] ?? 4);
/** As many at once as the smallest machine has cores. */
const atOnce = 2;

/** Names of the nodes in the order of their starts. */
const networks = [
  ["alice", "miner"],
  ["miner", "alice"],
  ["carol", "miner", "alice"],
  ["alice", "miner", "carol"],
] as const;

describe("bootstraps of the same plan", () => {
  let bootstraps: Bootstraps;
  beforeAll(async () => {
    bootstraps = await Bootstraps.open();
  });

  /** Pulls the plug on nodes, which then have nothing but what they had written, and starts them again. */
  async function killAndStart(
    { inputs }: TemporaryNetwork,
    victims: readonly string[],
  ): Promise<void> {
    const killed = inputs.nodes.filter(({ name }) => victims.includes(name));
    expect(killed).toHaveLength(victims.length);
    for (const { containerId } of killed) {
      await bootstraps.docker.getContainer(containerId).kill();
      await bootstraps.docker.getContainer(containerId).start();
    }
  }

  async function tellOf(names: readonly string[]): Promise<Told> {
    await using network = await bootstraps.network(names);
    return await bootstrapAndTell(network, plan());
  }

  it(
    `give one chain in ${runs} of ${runs}, with two or three nodes started in any order`,
    async () => {
      const results: Told[] = [];
      const todo = Array.from(
        { length: runs },
        (_, index) => networks[index % networks.length] ?? [],
      );
      await Promise.all(
        Array.from({ length: atOnce }, async () => {
          for (let names = todo.shift(); names !== undefined; names = todo.shift())
            results.push(await tellOf(names));
        }),
      );
      expect(results).toHaveLength(runs);
      const blocks = results[0]?.["alice"]?.blocks;
      expect(blocks).toHaveLength(108);
      for (const told of results) {
        for (const [name, node] of Object.entries(told)) {
          expect(node.blocks, `the chain that ${name} tells`).toEqual(blocks);
          const other = results.find((result) => name in result)?.[name];
          expect(node, `what ${name} knows`).toEqual(other);
        }
      }
    },
    60_000 + runs * 30_000,
  );

  it("is the chain of the golden values, if there are any for this bitcoind", async () => {
    await using network = await bootstraps.network(["alice", "miner"]);
    await network.run(async (run) => {
      const made = await bootstrap(run, network.inputs.connect, plan());
      for (const node of run.nodes) await expectGolden(node, made);
    });
  });

  it(
    "give it too when they are interrupted and nodes are killed on the way",
    { tags: ["long"] },
    async () => {
      const undisturbed = await tellOf(["alice", "miner"]);
      await using network = await bootstraps.network(["alice", "miner"]);
      const both = ["alice", "miner"];
      for (const [point, victims] of [
        ["mine to height", ["miner"]],
        ["pay", both],
        // Now the payment is under way; a wallet abandons it when its coinbase is lost with the chain.
        ["confirm", ["miner"]],
        ["confirm", ["alice"]],
        ["confirm", both],
        ["read", ["miner"]],
        ["read", both],
      ] as const) {
        const interrupted = new AbortController();
        const reached = network.run(
          async (run) => {
            await bootstrap(run, network.inputs.connect, plan());
          },
          {
            signal: interrupted.signal,
            status: (message) => {
              if (message.startsWith(point)) interrupted.abort(new Error(`reached "${point}"`));
            },
          },
        );
        await expect(reached).rejects.toThrow(`reached "${point}"`);
        await killAndStart(network, victims);
      }
      expect(await bootstrapAndTell(network, plan())).toEqual(undisturbed);
    },
  );

  it(
    "give it too when bitcoind still mines for the one that was interrupted",
    { tags: ["long"] },
    async () => {
      const undisturbed = await tellOf(["alice", "miner"]);
      await using network = await bootstraps.network(["alice", "miner"]);
      const interrupted = new AbortController();
      const reached = network.run(
        async (run) => {
          const { rpc } = minerOf(run);
          const work = bootstrap(run, network.inputs.connect, plan());
          await Promise.race([work, rpc.call("waitforblockheight", [3, 60_000])]);
          interrupted.abort(new Error("mining"));
          await work;
        },
        { signal: interrupted.signal },
      );
      await expect(reached).rejects.toThrow("mining");
      expect(await bootstrapAndTell(network, plan())).toEqual(undisturbed);
    },
  );

  it("pay Alice once, whatever people have done with her label since", async () => {
    await using network = await bootstraps.network(["alice", "miner"]);
    await network.run(async (run) => {
      const first = await bootstrap(run, network.inputs.connect, plan());
      const { wallet } = nodeOf(run, "alice");
      // Of a dozen addresses about three come before hers.
      for (let count = 0; count < 12; count++)
        await wallet.call("getnewaddress", ["Alice", "legacy"]);
      const second = await bootstrap(run, network.inputs.connect, plan());
      expect(second).toEqual(first);
    });
  });

  it("let a clock go on that an interrupted one left standing", async () => {
    await using network = await bootstraps.network(["alice", "miner"]);
    await network.run(async (run) => {
      await bootstrap(run, network.inputs.connect, plan());
      const { rpc } = minerOf(run);
      await rpc.call("setmocktime", [chainBegin]);
      await bootstrap(run, network.inputs.connect, plan());
      const before = Math.floor(Date.now() / 1_000);
      await mine(run, 1, "mkvAYmgqrEFEsJ9zGBi9Z87gP5rGNAu2mx");
      expect((await rpc.call("getblockchaininfo")).time).toBeGreaterThanOrEqual(before);
    });
  });

  it("go on in the present where somebody has mined before they began", async () => {
    await using network = await bootstraps.network(["alice", "miner"]);
    await network.run(async (run) => {
      await reconnect(run, network.inputs.connect);
      const { rpc } = minerOf(run);
      await rpc.call("generatetoaddress", [3, "mkvAYmgqrEFEsJ9zGBi9Z87gP5rGNAu2mx"]);
      const { facts } = await bootstrap(run, network.inputs.connect, plan({ blocks: 104 }));
      expect(facts.height).toBe(110);
      expect((await rpc.call("getblockheader", [facts.tip])).time).toBeGreaterThan(chainBegin);
    });
  });

  it("keep what people have mined since, though the miner was killed and has lost it all", async () => {
    await using network = await bootstraps.network(["alice", "miner"]);
    const first = await network.run(async (run) => {
      const made = await bootstrap(run, network.inputs.connect, plan());
      const alice = nodeOf(run, "alice");
      const address = await alice.wallet.call("getnewaddress");
      await alice.rpc.call("generatetoaddress", [3, address]);
      return made;
    });
    await killAndStart(network, ["miner"]);
    await network.run(async (run) => {
      const second = await bootstrap(run, network.inputs.connect, plan());
      expect(second.facts.height).toBe(first.facts.height + 3);
      expect(second.funded).toEqual(first.funded);
    });
  });

  it("give chains without anything in common when they are not to be reproducible", async () => {
    const before = Math.floor(Date.now() / 1_000);
    const [one, other] = await Promise.all(
      [0, 1].map(async () => {
        await using network = await bootstraps.network(["alice", "miner"]);
        return await bootstrapAndTell(network, plan({ reproducible: false }));
      }),
    );
    for (const name of ["alice", "miner"]) {
      const [a, b] = [one?.[name], other?.[name]];
      expect(a?.blocks).toHaveLength(108);
      const ofOther = new Set(facts(b?.blocks.slice(1)));
      expect(facts(a?.blocks.slice(1)).filter((fact) => ofOther.has(fact))).toEqual([]);
      const addresses = new Set([...(b?.known ?? []), ...(b?.next ?? [])]);
      expect([...(a?.known ?? []), ...(a?.next ?? [])].filter((at) => addresses.has(at))).toEqual(
        [],
      );
      // Blocks run ahead of the clock by one second in six.
      for (const { time } of a?.blocks.slice(1) ?? []) {
        expect(time).toBeGreaterThanOrEqual(before - 1);
        expect(time).toBeLessThan(Date.now() / 1_000 + 60);
      }
    }
  });

  it("are as far apart as blockSpacing says, also when interrupted, and clocks show the present then", async () => {
    const spaced = plan({ blockSpacing: "1d" });
    const told = await Promise.all(
      networks.slice(0, 2).map(async (names, index) => {
        await using network = await bootstraps.network(names);
        if (index === 1) {
          // Half of it first, as an interrupted run leaves it.
          await network.run(async (run) => {
            await prepare(run, network.inputs.connect, spaced);
            const mining = (await labelledAddresses(minerOf(run), "mining"))[0];
            await mineAt(run, 50, mining, (block) => chainBegin + block * 86_400);
          });
        }
        const all = await bootstrapAndTell(network, spaced);
        const { curtime } = await network.run((run) =>
          minerOf(run).rpc.call("getblocktemplate", [{ rules: ["segwit"] }]),
        );
        expect(Math.abs(curtime - Date.now() / 1_000)).toBeLessThan(60);
        return all;
      }),
    );
    const [one, other] = told;
    expect(one?.["alice"]).toEqual(other?.["alice"]);
    const times = one?.["alice"]?.blocks.slice(1).map(({ time }) => time);
    expect(times).toEqual(Array.from({ length: 107 }, (_, index) => chainBegin + index * 86_400));
  });

  it("begin at a mock time, and what is mined later, even after a restart, is the same too", async () => {
    const mockTime = 1_500_000_000;
    const told = await Promise.all(
      networks.slice(0, 2).map(async (names) => {
        await using network = await bootstraps.network(names, [`-mocktime=${mockTime}`]);
        await network.run(async (run) =>
          bootstrap(run, network.inputs.connect, plan({ mockTime: String(mockTime) })),
        );
        for (const { containerId } of network.inputs.nodes)
          await bootstraps.docker.getContainer(containerId).restart();
        return await network.run(async (run) => {
          await bootstrap(run, network.inputs.connect, plan({ mockTime: String(mockTime) }));
          const miner = minerOf(run);
          const [address = ""] = Object.keys(
            await miner.wallet.call("getaddressesbylabel", ["mining"]),
          );
          await mine(run, 3, address);
          return await tellAll(run.nodes);
        });
      }),
    );
    const [one, other] = told;
    expect(one?.["alice"]?.blocks).toHaveLength(111);
    expect(one).toEqual(other);
    for (const { time } of one?.["alice"]?.blocks.slice(1) ?? []) {
      expect(time - mockTime).toBeGreaterThanOrEqual(0);
      expect(time - mockTime).toBeLessThan(60);
    }
  });
});

function nodeOf({ nodes }: Run, name: string): Node {
  const node = nodes.find((node) => node.name === name);
  if (node === undefined) throw new Error(`the network has no node ${name}`);
  return node;
}

/** Every hash, txid and address of the blocks. */
function facts(blocks: readonly BlockContent[] = []): string[] {
  return blocks.flatMap(({ hash, transactions }) => [
    hash,
    ...transactions.flatMap(({ txid, addresses }) => [
      txid,
      ...addresses.filter((address) => address !== undefined),
    ]),
  ]);
}
