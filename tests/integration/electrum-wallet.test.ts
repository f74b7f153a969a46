/** Debian's Electrum as a user of the explorer: what it makes of what it is told. */
import { afterAll, beforeAll, describe, expect } from "vitest";

import { type WaitOptions, waitFor } from "../../base/wait.ts";
import { cloneNetwork, type TestNetwork } from "../../testing/index.ts";
import { ElectrumWallet } from "../helpers/electrum-wallet.ts";
import { sharedKitSnapshot } from "../helpers/kit-snapshot.ts";
import { story } from "../helpers/story.ts";

interface Entry {
  readonly txid: string;
  readonly height: number;
  readonly confirmations: number;
  readonly fee_sat: number | null;
}

describe("Electrum", { tags: ["long"] }, () => {
  let network: TestNetwork;
  let wallet: ElectrumWallet;
  const opened = new AsyncDisposableStack();
  beforeAll(async () => {
    const { docker, name } = await sharedKitSnapshot();
    network = opened.use(await cloneNetwork({ snapshot: name }));
    const { electrum } = await network.explorer();
    wallet = opened.use(await ElectrumWallet.start(docker, electrum));
  });
  afterAll(async () => {
    await opened.disposeAsync();
  });

  async function ask<T>(...args: readonly string[]): Promise<T> {
    return JSON.parse(await wallet.run(...args)) as T;
  }

  async function until(what: string, seen: () => Promise<unknown>, wanted: object): Promise<void> {
    const options: WaitOptions = { what, limitMs: 60_000 };
    await waitFor(async () => {
      const found = await seen();
      try {
        expect(found).toMatchObject(wanted);
        return true;
      } catch {
        return { pending: JSON.stringify(found) };
      }
    }, options);
  }

  const heights = async (): Promise<unknown> => await ask("getinfo");
  const history = async (): Promise<Entry[]> => await ask("onchain_history");
  const balance = async (): Promise<unknown> => await ask("getbalance");

  async function isAt(height: number): Promise<void> {
    const wanted = { connected: true, blockchain_height: height, server_height: height };
    await until(`Electrum to be at ${height}`, heights, wanted);
  }

  const { test } = story();
  let received: string;
  let sent: string;

  test("connects to this server, and has its headers", async () => {
    await isAt(107);
    expect(await ask("getinfo")).toMatchObject({ network: "regtest", spv_nodes: 1 });
    expect(await ask("is_synchronized")).toBe(true);
  });

  test("receives, and checks the proof of it", async () => {
    received = await network.fund(await wallet.run("getunusedaddress"), "1", { confirmations: 0 });
    await until("the payment", balance, { unconfirmed: "1" });
    await network.mine();
    await until("the payment", history, [{ txid: received, height: 108, confirmations: 1 }]);
    expect(await balance()).toEqual({ confirmed: "1" });
  });

  test("sends", async () => {
    const to = await network.alice.wallet.call("getnewaddress", ["electrum"]);
    sent = await wallet.run("broadcast", await wallet.run("payto", to, "0.25", "--feerate", "2"));
    expect(await network.alice.rpc.call("getrawmempool")).toEqual([sent]);
    await until("what was sent", history, [{ txid: received }, { txid: sent, height: 0 }]);
  });

  test("pays a higher fee", async () => {
    const first = sent;
    sent = await wallet.run("broadcast", await wallet.run("bumpfee", first, "12"));
    expect(await network.alice.rpc.call("getrawmempool")).toEqual([sent]);
    await until("the other transaction", history, [{ txid: received }, { txid: sent, height: 0 }]);
    await network.mine();
    const confirmed = { txid: sent, height: 109, confirmations: 1 };
    await until("it to be confirmed", history, [{ txid: received, height: 108 }, confirmed]);
    const paid = await network.alice.wallet.call("listunspent", [1]);
    expect(paid).toContainEqual(expect.objectContaining({ label: "electrum", amount: 0.25 }));
  });

  test("is told why a transaction is rejected", async () => {
    const spent = await network.alice.rpc.call("getrawtransaction", [sent]);
    await expect(wallet.run("broadcast", spent)).rejects.toThrow(/already in utxo set/i);
  });

  test("follows a reorganization that takes its transaction back, and confirms it again", async () => {
    await network.reorg(1);
    await isAt(110);
    await until("it to be taken back", history, [
      { txid: received, height: 108, confirmations: 3 },
      { txid: sent, height: 0, confirmations: 0 },
    ]);
    await network.mine();
    await until("it to be confirmed", history, [{ txid: received }, { txid: sent, height: 111 }]);
  });

  test("goes on after a reset, on the other chain", async () => {
    await network.reset();
    await network.mine();
    await isAt(108);
    // What it has itself it keeps, as of no chain.
    const local = async (): Promise<unknown> =>
      Object.fromEntries((await history()).map(({ txid, height }) => [txid, height]));
    await until("them to be of no chain", local, { [received]: -2, [sent]: -2 });
    const again = await network.fund(await wallet.run("createnewaddress"), "2");
    const paid = async (): Promise<unknown> => (await history()).find(({ txid }) => txid === again);
    await until("another payment", paid, { height: 109, confirmations: 1 });
  });
});
