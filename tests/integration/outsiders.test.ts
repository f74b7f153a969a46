/** Nodes with a peer from outside, which has blocks of its own, and nodes that are on two chains. */
import type Docker from "dockerode";
import { afterAll, beforeAll, expect, it } from "vitest";

import { waitFor } from "../../base/wait.ts";
import { label, stackLabels } from "../../engine/labels.ts";
import { ownedLabels } from "../../engine/clean-up/owner.ts";
import { cloneNetwork, type TestNetwork } from "../../testing/index.ts";
import { cutOff } from "../helpers/cut-off.ts";
import { bitcoinCli } from "../helpers/bitcoin-cli.ts";
import { type SharedKitSnapshot, sharedKitSnapshot } from "../helpers/kit-snapshot.ts";

let kit: SharedKitSnapshot;
let network: TestNetwork;
let outsider: Docker.Container;
beforeAll(async () => {
  kit = await sharedKitSnapshot();
  network = await cloneNetwork({ snapshot: kit.name });
  const { id } = network;
  const { Image } = await kit.docker.getContainer(network.alice.containerId).inspect();
  outsider = await kit.docker.createContainer({
    name: `${id}-outsider`,
    Image,
    // Tries every half second.
    Cmd: ["-uacomment=outsider", "-connect=alice"],
    Labels: { ...stackLabels(id, id, "node"), [label.node]: "outsider", ...ownedLabels() },
    HostConfig: { NetworkMode: id },
  });
  await outsider.start();
});
afterAll(async () => {
  await network.dispose();
});

async function outsiderIsAt(tip: string): Promise<void> {
  await waitFor(
    async () => {
      const seen = await bitcoinCli(outsider, "getbestblockhash").catch(String);
      return seen === tip || { pending: seen };
    },
    { what: `the outsider to be at ${tip}`, limitMs: 60_000 },
  );
}

async function outsiderIsConnected(): Promise<void> {
  await waitFor(
    async () => {
      const peers = await network.alice.rpc.call("getpeerinfo");
      const found = peers.find(({ subver }) => subver.includes("(outsider)"));
      const connected = (found?.bytesrecv_per_msg["pong"] ?? 0) > 0;
      return connected || { pending: JSON.stringify(found?.bytesrecv_per_msg ?? "none") };
    },
    { what: "the outsider to be connected", limitMs: 60_000 },
  );
}

it("stay at the snapshot after a reset, and the outsider follows when their chain is the longer one", async () => {
  const { tip } = network.manifest.facts;
  const old = (await network.mine(3)).at(-1) ?? "";
  await outsiderIsAt(old);
  await network.reset();
  await outsiderIsConnected();
  // Equally long is not longer.
  const [first] = await network.mine(1);
  expect(await network.miner.rpc.call("getblockhash", [107])).toBe(tip);
  expect(await network.sync()).toBe(108);
  await network.mine(2);
  expect(await network.sync()).toBe(110);
  expect(await network.alice.rpc.call("getblockhash", [108])).toBe(first);
  await outsiderIsAt(old);
  const longer = (await network.mine(1)).at(-1) ?? "";
  await outsiderIsAt(longer);
});

it("on two chains of the same height are told as that, with where they part, until a block decides", async () => {
  const { alice, miner } = network;
  const common = await network.sync();
  await cutOff(alice.rpc);
  await alice.wallet.call("generatetoaddress", [1, await alice.wallet.call("getnewaddress")]);
  await miner.wallet.call("generatetoaddress", [1, await miner.wallet.call("getnewaddress")]);
  const height = common + 1;
  await expect(network.sync()).rejects.toThrow(
    new RegExp(
      `the nodes are on chains of the same height: alice at ${height} \\([0-9a-f]{64}\\); ` +
        `miner at ${height} \\([0-9a-f]{64}\\), on a fork above height ${common}.*; the next block decides between them`,
    ),
  );
  await alice.rpc.call("setnetworkactive", [true]);
  await miner.rpc.call("addnode", ["alice", "onetry"]);
  await network.mine(1);
  expect(await network.sync()).toBe(height + 1);
});
