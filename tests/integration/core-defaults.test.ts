/** Nodes behave as Bitcoin Core's defaults do, whichever bitcoind they run. */
import { afterAll, beforeAll, expect, it } from "vitest";

import { cloneNetwork, type TestNetwork } from "../../testing/index.ts";
import { type SharedKitSnapshot, sharedKitSnapshot } from "../helpers/kit-snapshot.ts";

let kit: SharedKitSnapshot;
let network: TestNetwork;
beforeAll(async () => {
  kit = await sharedKitSnapshot();
  network = await cloneNetwork({ snapshot: kit.name });
});
afterAll(async () => {
  await network.dispose();
});

/** Of regtest: an output that anybody can spend (BIP 433). */
const payToAnchor = "bcrt1pfeesnyr2tx";

it("gives bech32 addresses where no type is asked for", async () => {
  expect(await network.alice.wallet.call("getnewaddress")).toMatch(/^bcrt1q/);
  const change = await network.alice.wallet.call<string>("getrawchangeaddress");
  expect(change).toMatch(/^bcrt1q/);
});

it("relays a payment without a fee whose child pays for both by an anchor (BIP 431)", async () => {
  const { wallet, rpc } = network.miner;
  const [coin] = await wallet.call("listunspent");
  if (coin === undefined) throw new Error("the miner has no coin");
  const address = await wallet.call("getnewaddress");
  const parent = await versionThree(
    [{ txid: coin.txid, vout: coin.vout }],
    [{ [address]: coin.amount }, { [payToAnchor]: 0 }],
  );
  const { txid, vout } = await rpc.call<{
    txid: string;
    vout: { scriptPubKey: { hex: string } }[];
  }>("decoderawtransaction", [parent]);
  const child = await versionThree(
    [0, 1].map((vout) => ({ txid, vout })),
    [{ [address]: Number((coin.amount - 0.0001).toFixed(8)) }],
    vout.map(({ scriptPubKey }, vout) => ({
      ...{ txid, vout, scriptPubKey: scriptPubKey.hex },
      amount: vout === 0 ? coin.amount : 0,
    })),
  );
  const { package_msg: said } = await rpc.call<{ package_msg: string }>("submitpackage", [
    [parent, child],
  ]);
  expect(said).toBe("success");
  await network.sync();
  expect(await network.alice.rpc.call("getrawmempool")).toContain(txid);

  /** Signed, as far as there is anything to sign. */
  async function versionThree(
    inputs: readonly { txid: string; vout: number }[],
    outputs: readonly Record<string, number>[],
    spent: readonly object[] = [],
  ): Promise<string> {
    const raw = await rpc.call<string>("createrawtransaction", [inputs, outputs]);
    const { hex } = await wallet.call<{ hex: string }>("signrawtransactionwithwallet", [
      // The version is the first four bytes; the RPC of Bitcoin Core before 30 gives no other than 2.
      raw.replace(/^02/, "03"),
      spent,
    ]);
    return hex;
  }
});
