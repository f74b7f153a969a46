/** Resets of nodes that are not as they should be, and resets that are refused or fail: what is said, and what stays. */
import { randomBytes } from "node:crypto";
import { buffer } from "node:stream/consumers";

import type Docker from "dockerode";
import { pack } from "tar-stream";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { datadir, replaceDatadirs } from "../../bootstrap/containers/datadir.ts";
import { findSnapshot, type StoredSnapshot } from "../../bootstrap/snapshots/find.ts";
import type { Manifest } from "../../bootstrap/snapshots/manifest-schema.ts";
import { resetNetwork } from "../../bootstrap/snapshots/reset/reset.ts";
import { cloneHelperLabels } from "../../engine/clean-up/owner.ts";
import { execIn } from "../../engine/exec.ts";
import { temporaryPrefix } from "../../engine/labels.ts";
import { cloneNetwork, type TestNetwork } from "../../testing/index.ts";
import { type SharedKitSnapshot, sharedKitSnapshot } from "../helpers/kit-snapshot.ts";

let kit: SharedKitSnapshot;
let snapshot: StoredSnapshot;
beforeAll(async () => {
  kit = await sharedKitSnapshot();
  snapshot = await findSnapshot(kit.docker, kit.name);
});

describe("a network", () => {
  let network: TestNetwork;
  beforeAll(async () => {
    network = await cloneNetwork({ snapshot: kit.name });
  });
  afterAll(async () => {
    await network.dispose();
  });

  /** Resets it to its snapshot, as if that said this instead. */
  async function resetTo(changed: (manifest: Manifest) => Partial<Manifest>): Promise<void> {
    const { manifest, images } = snapshot;
    // By their names: the nodes run another image than those.
    const named = Object.entries(images).map(([node, image]) => [
      node,
      { ...image, id: image.image },
    ]);
    const other: StoredSnapshot = {
      ...snapshot,
      manifest: { ...manifest, ...changed(manifest) },
      images: Object.fromEntries(named) as StoredSnapshot["images"],
    };
    await resetNetwork(kit.docker, network.parts.members, other, {
      ...{ addresses: {}, labels: cloneHelperLabels(network.id) },
      ...{ signal: AbortSignal.timeout(90_000), status: () => undefined },
    });
  }

  it.each<[string, (manifest: Manifest) => Partial<Manifest>, string]>([
    [
      "a node more",
      ({ nodes, facts }) => ({
        nodes: [...nodes, ...nodes.slice(0, 1).map((node) => ({ ...node, name: "bob" }))],
        facts: { ...facts, wallets: { ...facts.wallets, bob: {} } },
      }),
      "it has the nodes alice, bob, miner, this network alice, miner",
    ],
    [
      "a node less",
      ({ nodes, facts }) => ({
        nodes: nodes.filter(({ name }) => name === "miner"),
        facts: { ...facts, peers: { miner: [] } },
      }),
      "it has the nodes miner, this network alice, miner",
    ],
    [
      "other connections",
      ({ facts }) => ({ connect: [], facts: { ...facts, peers: { alice: [], miner: [] } } }),
      "it has the connections none, this network alice - miner",
    ],
    [
      "a newer bitcoind",
      ({ nodes }) => ({ nodes: nodes.map((node) => ({ ...node, version: 99_999_999 })) }),
      "was made by the newer 99999999",
    ],
  ])(
    "keeps its chain when it is to be reset to a snapshot with %s",
    async (_what, changed, said) => {
      const [mined] = await network.mine();
      await expect(resetTo(changed)).rejects.toThrow(said);
      expect(await network.alice.rpc.call("getbestblockhash")).toBe(mined);
    },
  );

  it.each(["stop", "pause"] as const)(
    "whose image was replaced is reset in spite of a node that did %s",
    async (verb) => {
      await network.mine();
      await network[verb]("alice");
      await resetTo(() => ({}));
      expect(await network.alice.rpc.call("getbestblockhash")).toBe(snapshot.manifest.facts.tip);
    },
  );
});

describe("a full disk", () => {
  const mebibyte = 1024 ** 2;
  /** bitcoind does not start with less than 50 MiB. */
  const room = 64 * mebibyte;
  let container: Docker.Container;
  beforeAll(async () => {
    const id = `${temporaryPrefix}${randomBytes(8).toString("hex")}`;
    container = await kit.docker.createContainer({
      name: `${id}-alice`,
      Image: snapshot.images["alice"]?.id ?? "",
      Labels: cloneHelperLabels(id),
      HostConfig: { Tmpfs: { [datadir]: `size=${room},uid=1000,gid=1000` } },
    });
    await container.start();
  });
  afterAll(async () => {
    await container.remove({ force: true });
  });

  /** Gives the node a datadir with a file of so many bytes. */
  async function replace(bytes: number): Promise<void> {
    const tar = pack();
    tar.entry({ name: "regtest/fill" }, Buffer.alloc(bytes));
    tar.finalize();
    const node = { name: "alice", container, archive: await buffer(tar) };
    await replaceDatadirs([node], { timeout: 30, signal: AbortSignal.timeout(60_000) });
  }

  it("is told when the new datadir has no room beside the old one, which stays", async () => {
    await expect(replace(2 * room)).rejects.toThrow(/^alice: .*No space left on device$/);
    const { output } = await execIn(container, ["ls", datadir]);
    expect(output).toContain("blocks");
    expect(output).not.toContain("reset.tar");
  });

  it("is told when the new datadir cannot be unpacked, with which the container ends", async () => {
    await expect(replace(0.6 * room)).rejects.toThrow(
      /^alice: its container ended with exit code 1; .*\n(?:.*\n)*tar: .*No space left on device/,
    );
  });
});
