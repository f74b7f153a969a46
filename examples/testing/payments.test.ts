/** What a program that takes payments has to get right, each on a network of its own. */
import { test } from "regtest-network/testing/vitest";
import { describe, expect } from "vitest";

describe("a deposit", () => {
  test("counts when it has three confirmations", async ({ network }) => {
    const shop = network.alice.wallet;
    const address = await shop.call("getnewaddress", ["order 1"]);
    const received = async (confirmations: number): Promise<number> =>
      await shop.call<number>("getreceivedbyaddress", [address, confirmations]);

    await network.fund(address, "0.5", { confirmations: 0 });
    expect(await received(0)).toBe(0.5);

    await network.mine(2);
    expect(await received(3)).toBe(0);

    await network.mine();
    expect(await received(3)).toBe(0.5);
  });

  test("is unconfirmed again when its block is replaced", async ({ network }) => {
    const shop = network.alice.wallet;
    const txid = await network.fund(await shop.call("getnewaddress"), 1, { confirmations: 2 });
    expect((await shop.call("gettransaction", [txid])).confirmations).toBe(2);

    await network.reorg(2);
    expect((await shop.call("gettransaction", [txid])).confirmations).toBe(0);
    expect(await network.miner.rpc.call("getrawmempool")).toEqual([txid]);

    await network.mine();
    expect((await shop.call("gettransaction", [txid])).confirmations).toBe(1);
  });

  test("is worth nothing when its coin is spent otherwise", async ({ network }) => {
    const { alice: customer, miner: shop } = network;
    const [coin] = await customer.wallet.call("listunspent");
    const payment = async (to: string): Promise<string> => {
      const { txid, vout } = coin ?? { txid: "", vout: 0 };
      const raw = await customer.rpc.call<string>("createrawtransaction", [
        [{ txid, vout }],
        [{ [to]: 29.999 }],
      ]);
      const signed = await customer.wallet.call<{ hex: string }>("signrawtransactionwithwallet", [
        raw,
      ]);
      return signed.hex;
    };
    const toShop = await payment(await shop.wallet.call("getnewaddress"));
    const toSelf = await payment(await customer.wallet.call("getnewaddress"));

    const deposit = await customer.rpc.call("sendrawtransaction", [toShop]);
    await network.sync();
    expect((await shop.wallet.call("gettransaction", [deposit])).confirmations).toBe(0);

    const address = await shop.wallet.call("getnewaddress");
    await shop.rpc.call("generateblock", [address, [toSelf]]);
    await network.sync();
    expect((await shop.wallet.call("gettransaction", [deposit])).confirmations).toBeLessThan(0);
  });
});

test("a payment that is stuck gets through with a higher fee", async ({ network }) => {
  const { alice, miner } = network;
  const address = await miner.wallet.call("getnewaddress");
  const stuck = await alice.wallet.call("sendtoaddress", { address, amount: 2, fee_rate: 1 });
  const { txid } = await alice.wallet.call<{ txid: string }>("bumpfee", {
    txid: stuck,
    options: { fee_rate: 20 },
  });
  await network.sync();
  expect(await miner.rpc.call("getrawmempool")).toEqual([txid]);

  await network.mine();
  expect((await alice.wallet.call("gettransaction", [txid])).confirmations).toBe(1);
  expect((await alice.wallet.call("gettransaction", [stuck])).confirmations).toBeLessThan(0);
});

test("a wallet comes back from its descriptors, with its history", async ({ network }) => {
  const { alice, miner } = network;
  const { descriptors } = await alice.wallet.call("listdescriptors", [true]);

  await miner.rpc.call("createwallet", { wallet_name: "restored", blank: true });
  const restored = miner.rpc.wallet("restored");
  const imported = await restored.call("importdescriptors", [
    descriptors.map(({ desc, active, internal = false }) => ({
      desc,
      active,
      ...(active && { internal }),
      timestamp: 0,
    })),
  ]);
  expect(imported.every(({ success }) => success)).toBe(true);
  expect(await restored.call("getbalance")).toBe(30);
  expect(await restored.call("listtransactions")).toHaveLength(1);
});
