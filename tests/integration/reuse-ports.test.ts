/** Networks of a pool whose nodes publish more than RPC: what one can only read from is used again. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { Subscriber } from "zeromq";

import { connectEngine } from "../../engine/client.ts";
import { waitFor } from "../../base/wait.ts";
import { createPool, prepareSnapshot, type TestNetwork } from "../../testing/index.ts";
import { removeSnapshot } from "../helpers/kit-snapshot.ts";
import { sharedNodeImage } from "../helpers/node-image.ts";
import { takenAgain } from "../helpers/taken-again.ts";

const miner = { name: "miner", role: "miner" } as const;
const open = { nodes: [{ name: "alice", zmqBlockPort: "free", rest: true }, miner] } as const;
const dialled = { nodes: [{ name: "alice", p2pPort: "free" }, miner] } as const;

const snapshots = new Map<object, string>();
beforeAll(async () => {
  await sharedNodeImage();
  for (const network of [open, dialled]) snapshots.set(network, await prepareSnapshot(network));
});
afterAll(async () => {
  const docker = await connectEngine();
  for (const snapshot of snapshots.values()) await removeSnapshot(docker, snapshot);
});

test("with ZMQ and REST: the next hears its own blocks, at the same port", async () => {
  await using pool = await createPool({ snapshot: snapshots.get(open), size: 1 });
  const first = await pool.take();
  const { ports } = first.node("alice");
  // It stays, and dials again when bitcoind is back.
  using before = subscribed(first);
  await hears(first, before);
  await first.dispose();
  await pool.filled();
  expect(pool.counts).toMatchObject({ reused: 1, removed: 0, reasons: [] });

  await using next = await takenAgain(pool, first.id);
  expect(next.node("alice").ports).toEqual(ports);
  const info = await fetch(`${ports["rest"] ?? ""}/chaininfo.json`);
  expect(await info.json()).toMatchObject({ blocks: 107 });
  using now = subscribed(next);
  await hears(next, now);
});

test("not with P2P: a peer of before would be one of the next", async () => {
  await using pool = await createPool({ snapshot: snapshots.get(dialled), size: 1 });
  const network = await pool.take();
  await network.dispose();
  expect(pool.counts).toMatchObject({ reused: 0, removed: 1 });
  expect(pool.counts.reasons.at(-1)).toBe("alice publishes its P2P port");
});

interface Listener extends Disposable {
  readonly blocks: readonly string[];
}

function subscribed(network: TestNetwork): Listener {
  const subscriber = new Subscriber();
  subscriber.connect(network.node("alice").ports["zmqBlock"] ?? "");
  subscriber.subscribe("hashblock");
  const blocks: string[] = [];
  void (async () => {
    for await (const [, body] of subscriber) blocks.push(body?.toString("hex") ?? "");
  })();
  return {
    blocks,
    [Symbol.dispose]: () => {
      subscriber.close();
    },
  };
}

/** A subscription takes a moment to arrive, and what was sent before is not repeated. */
async function hears(network: TestNetwork, { blocks }: Listener): Promise<void> {
  await waitFor(
    async () => {
      const [hash = ""] = await network.mine();
      return blocks.includes(hash) ? true : undefined;
    },
    { what: "the subscriber to hear of a block", limitMs: 20_000 },
  );
}
