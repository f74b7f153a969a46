/** A thousand networks of one pool, with random damage by those who have them: none leaks, and memory stays flat. */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

import { expect, it } from "vitest";

import { execIn } from "../../engine/exec.ts";
import { createPool, type TestNetwork } from "../../testing/index.ts";
import { sharedKitSnapshot, thingsOf } from "../helpers/kit-snapshot.ts";
import { peerNames } from "../helpers/peer-names.ts";

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

const networks = 1_000;
const takers = 4;
/** Bytes of caches. */
const mostGrowth = 16 * 1024 * 1024;

it(
  "leaves nothing of a thousand networks, neither to the next nor behind",
  { timeout: 3_600_000, tags: ["long"] },
  async () => {
    const { docker, name } = await sharedKitSnapshot();
    const inContainer = async (id: string, script: string): Promise<unknown> =>
      await execIn(docker.getContainer(id), ["sh", "-c", script]);
    const damages: ((network: TestNetwork) => Promise<unknown>)[] = [
      (network) => network.mine(3),
      (network) => network.partition([["alice"], ["miner"]]),
      ({ alice }) => alice.rpc.call<null>("setmocktime", [1_900_000_000]),
      ({ alice }) => alice.rpc.call("createwallet", { wallet_name: "left", load_on_startup: true }),
      ({ alice }) => alice.rpc.call<null>("setban", ["10.1.2.3", "add"]),
      ({ miner }) => inContainer(miner.containerId, "echo 1 > .bitcoin/regtest/left"),
      ({ miner }) => inContainer(miner.containerId, "echo 1 > /tmp/left"),
      (network) => network.stop("alice"),
      (network) => network.pause("miner"),
    ];
    const ids = new Set<string>();
    const used: number[] = [];
    let left = networks;
    const pool = await createPool({ snapshot: name });
    const takeAndReturn = async (): Promise<void> => {
      while (left-- > 0) {
        const network = await pool.take();
        ids.add(network.id);
        await expectUnused(network);
        await damages[Math.floor(Math.random() * damages.length)]?.(network);
        await network.dispose();
        used.push(memoryInUse());
      }
    };
    try {
      await Promise.all(Array.from({ length: takers }, takeAndReturn));
    } finally {
      await pool.dispose();
    }
    const { reused, removed } = pool.counts;
    expect(reused).toBeGreaterThan(removed);
    for (const id of ids) expect(await thingsOf(docker, id)).toBe(0);
    const mean = (values: readonly number[]): number =>
      values.reduce((sum, value) => sum + value, 0) / values.length;
    const tenth = networks / 10;
    const growth = mean(used.slice(-tenth)) - mean(used.slice(tenth, 2 * tenth));
    expect(growth).toBeLessThan(mostGrowth);
  },
);

/** Bytes that are in use, without what the collector has yet to find. */
function memoryInUse(): number {
  collect();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

async function expectUnused({ nodes, manifest }: TestNetwork): Promise<void> {
  for (const { name, rpc, containerId } of nodes) {
    expect(await rpc.call("getbestblockhash"), containerId).toBe(manifest.facts.tip);
    expect(await rpc.call("listwallets")).toEqual([name]);
    expect(await rpc.call<unknown[]>("listbanned")).toEqual([]);
    expect(peerNames(await rpc.call("getpeerinfo"))).toHaveLength(1);
  }
}
