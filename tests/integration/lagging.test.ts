/** A node that has not heard of blocks, on real nodes. */
import { afterAll, beforeAll, expect, test } from "vitest";

import { tipState } from "../../bootstrap/chain/drift.ts";
import { mine, syncToHighest } from "../../bootstrap/chain/mining.ts";
import { nodeOf } from "../../bootstrap/nodes/run.ts";
import { connectPeers, fullMesh } from "../../bootstrap/nodes/peers.ts";
import { ensureReady } from "../../bootstrap/nodes/ready.ts";
import { tellHeaders } from "../../bootstrap/chain/tell-headers.ts";
import type { TemporaryNetwork } from "../../bootstrap/nodes/temporary-network.ts";
import { cutOff } from "../helpers/cut-off.ts";
import { Bootstraps } from "../helpers/bootstraps.ts";

const address = "mkvAYmgqrEFEsJ9zGBi9Z87gP5rGNAu2mx";
/** For blocks of their own. */
const another = "bcrt1qt6cuutqhnf46hj7yjj792mdktk4ql6gt72n6n5";

let bootstraps: Bootstraps;
let network: TemporaryNetwork;
beforeAll(async () => {
  bootstraps = await Bootstraps.open();
  network = await bootstraps.network(["alice", "miner"]);
});
afterAll(async () => {
  await network[Symbol.asyncDispose]();
});

test("is told their headers from where the chains part, and fetches them as soon as it can", async () => {
  await network.run(async (run) => {
    await ensureReady(run);
    const [alice, miner] = [nodeOf(run, "alice"), nodeOf(run, "miner")];
    await connectPeers(run, fullMesh(["alice", "miner"]));
    await mine(run, 3, address);
    await cutOff(alice.rpc);
    await alice.rpc.call("generatetoaddress", [2, another]);
    await miner.rpc.call("generatetoaddress", [20, address]);

    await tellHeaders(miner, alice);
    const { headers, blocks } = await alice.rpc.call("getblockchaininfo");
    expect({ headers, blocks }).toEqual({ headers: 23, blocks: 5 });
    const tip = await miner.rpc.call("getbestblockhash");
    expect(await tipState(alice, tip)).toBe("announced");
    const ownTip = await alice.rpc.call("getbestblockhash");

    await connectPeers(run, fullMesh(["alice", "miner"]));
    expect(await syncToHighest(run)).toBe(23);
    expect(await tipState(alice, tip)).toBe("active");
    expect(await tipState(alice, ownTip)).toBe("replaced");
  });
});
