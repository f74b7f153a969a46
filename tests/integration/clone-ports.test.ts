/** What the nodes of a snapshot published beside RPC, those of its clones do too. */
import { once } from "node:events";
import { connect } from "node:net";

import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Subscriber } from "zeromq";

import { waitFor } from "../../base/wait.ts";
import { connectEngine } from "../../engine/client.ts";
import { portNames } from "../../bootstrap/nodes/node-ports.ts";
import { findSnapshot } from "../../bootstrap/snapshots/find.ts";
import { snapshotReference } from "../../bootstrap/snapshots/names.ts";
import { commitNetwork } from "../../bootstrap/snapshots/take/commit.ts";
import { openTemporaryNetwork } from "../../bootstrap/nodes/temporary-network.ts";
import { cloneNetwork, type TestNetwork } from "../../testing/index.ts";
import { projectFolder } from "../../base/files/paths.ts";
import {
  type SharedKitSnapshot,
  sharedKitSnapshot,
  removeSnapshot,
} from "../helpers/kit-snapshot.ts";

let kit: SharedKitSnapshot;
let snapshot: string;
let network: TestNetwork;
beforeAll(async () => {
  kit = await sharedKitSnapshot();
  snapshot = `${kit.name}-offers`;
  await takeOffering();
  network = await cloneNetwork({ snapshot });
});
afterAll(async () => {
  await network.dispose();
  await removeSnapshot(kit.docker, snapshot);
});

/** A snapshot of the default chain whose alice published all that a node can, and whose miner nothing. */
async function takeOffering(): Promise<void> {
  const { docker } = kit;
  const { images, manifest } = await findSnapshot(docker, kit.name);
  const { signal } = new AbortController();
  await using offering = await openTemporaryNetwork(docker, {
    nodes: manifest.nodes.map(({ name, role }) => ({
      ...{ name, role, image: images[name]?.id ?? "" },
      offers: name === "alice" ? { ports: portNames, rest: true } : { ports: [], rest: false },
    })),
    signal,
  });
  await commitNetwork(
    docker,
    offering.inputs,
    {
      name: snapshot,
      funded: manifest.funded,
      references: Object.fromEntries(
        manifest.nodes.map(({ name }) => [name, snapshotReference(snapshot, name)]),
      ),
      ...{ stackId: offering.id, stack: "testing", kind: "named-snapshot" },
    },
    { signal, status: () => undefined },
  );
}

/** The first message on each topic, from the address of the port. */
async function heard(
  port: "zmq" | "zmqBlock" | "zmqTx",
  topics: readonly string[],
): Promise<string[]> {
  const subscriber = new Subscriber();
  subscriber.connect(network.alice.ports[port] ?? "");
  subscriber.subscribe("raw", "hash", "sequence");
  const found = new Set<string>();
  const hearing = (async () => {
    for await (const [topic] of subscriber) found.add(String(topic));
  })();
  try {
    // A subscription takes a moment to arrive, and what was sent before is not repeated.
    await waitFor(
      async () => {
        await network.fund(await network.alice.wallet.call("getnewaddress"), "0.001");
        return topics.every((topic) => found.has(topic)) ? true : { pending: [...found].join() };
      },
      { what: `${topics.join(", ")} at ${port}`, limitMs: 30_000 },
    );
  } finally {
    subscriber.close();
    await hearing;
  }
  return [...found].toSorted();
}

describe("a clone", () => {
  it("publishes what its snapshot's node did, on 127.0.0.1, and no more", () => {
    const zmq = /^tcp:\/\/127\.0\.0\.1:\d+$/;
    expect(network.alice.ports).toEqual({
      p2p: expect.stringMatching(/^127\.0\.0\.1:\d+$/) as unknown,
      zmq: expect.stringMatching(zmq) as unknown,
      zmqBlock: expect.stringMatching(zmq) as unknown,
      zmqTx: expect.stringMatching(zmq) as unknown,
      rest: `${network.alice.url}/rest`,
    });
    expect(network.miner.ports).toEqual({});
  });

  it("has containers as a stack has them: confined, with time to stop and logs that do not grow", async () => {
    const docker = await connectEngine();
    const { Config, HostConfig } = await docker.getContainer(network.alice.containerId).inspect();
    expect(Config).toMatchObject({ Hostname: "alice", StopTimeout: 60 });
    expect(HostConfig).toMatchObject({
      CapDrop: ["ALL"],
      SecurityOpt: ["no-new-privileges"],
      LogConfig: { Type: "json-file", Config: { "max-size": "10m", "max-file": "2" } },
    });
  });

  it("tells of blocks and transactions at one address, or at one for each", async () => {
    expect(await heard("zmq", ["rawblock", "rawtx", "hashblock", "hashtx", "sequence"])).toEqual([
      ...["hashblock", "hashtx", "rawblock", "rawtx", "sequence"],
    ]);
    expect(await heard("zmqBlock", ["rawblock", "hashblock"])).toEqual(["hashblock", "rawblock"]);
    expect(await heard("zmqTx", ["rawtx", "hashtx"])).toEqual(["hashtx", "rawtx"]);
  });

  it("serves REST and P2P, after a reset too", async () => {
    await network.reset();
    const { rest = "", p2p = "" } = network.alice.ports;
    const info = (await (await fetch(`${rest}/chaininfo.json`)).json()) as { blocks: number };
    expect(info.blocks).toBe(107);
    const [host = "", port] = p2p.split(":");
    const peer = connect(Number(port), host);
    await once(peer, "connect");
    peer.destroy();
  });

  it("is printed with its addresses, containers and network", async () => {
    const run = async (...args: string[]): Promise<string> =>
      (await execa("node", ["cli/main.ts", ...args], { cwd: projectFolder })).stdout;
    const printed = JSON.parse(await run("clone", "--snapshot", snapshot, "--json")) as {
      id: string;
      network: string;
      nodes: Record<string, { container: string; ports: Record<string, string> }>;
    };
    try {
      const { alice, miner } = printed.nodes;
      expect(Object.keys(alice?.ports ?? {})).toEqual([...portNames, "rest"]);
      expect(miner?.ports).toEqual({});
      const { NetworkSettings } = await kit.docker.getContainer(alice?.container ?? "").inspect();
      expect(Object.keys(NetworkSettings.Networks)).toEqual([printed.network]);
    } finally {
      await run("release", printed.id);
    }
  });
});
