/** What becomes of a payment, as electrs has it; each test in a network of its own, whose chain is indexed already. */
import { test } from "regtest-network/testing/vitest";
import { expect } from "vitest";

import { balanceOf, historyOf, scripthashOf, tipOf } from "./address.ts";
import { Electrum } from "./electrum.ts";

const sat = 100_000_000;

test("alice's payment is in the index from the start", async ({ network }) => {
  using electrum = await Electrum.connect(network);
  const [{ address, txid } = { address: "", txid: "" }] = network.manifest.funded;
  const alice = await scripthashOf(network, address);
  expect(await historyOf(electrum, alice)).toEqual({ [txid]: 102 });
  expect(await balanceOf(electrum, alice)).toEqual({ confirmed: 30 * sat, unconfirmed: 0 });
});

test("a payment is in the mempool, and then in a block", async ({ network }) => {
  using electrum = await Electrum.connect(network);
  const address = await network.alice.wallet.call("getnewaddress");
  const shop = await scripthashOf(network, address);
  expect(await historyOf(electrum, shop)).toEqual({});

  const txid = await network.fund(address, "0.5", { confirmations: 0 });
  await expect.poll(() => historyOf(electrum, shop)).toEqual({ [txid]: 0 });
  expect(await balanceOf(electrum, shop)).toEqual({ confirmed: 0, unconfirmed: sat / 2 });

  await network.mine();
  await expect.poll(() => historyOf(electrum, shop)).toEqual({ [txid]: 108 });
  expect(await balanceOf(electrum, shop)).toEqual({ confirmed: sat / 2, unconfirmed: 0 });
});

test("a subscriber hears of a payment and of its block", async ({ network }) => {
  using electrum = await Electrum.connect(network);
  const address = await network.alice.wallet.call("getnewaddress");
  const shop = await scripthashOf(network, address);
  const subscription = "blockchain.scripthash.subscribe";
  expect(await electrum.ask(subscription, shop)).toBeNull();

  await network.fund(address, "0.5", { confirmations: 0 });
  await expect.poll(() => electrum.notifications).toHaveLength(1);
  await network.mine();
  await expect.poll(() => electrum.notifications).toHaveLength(2);
  expect(electrum.notifications.map(([method, of]) => [method, of])).toEqual([
    [subscription, shop],
    [subscription, shop],
  ]);
});

test("what a wallet broadcasts reaches the nodes", async ({ network }) => {
  using electrum = await Electrum.connect(network);
  const { rpc, wallet } = network.alice;
  const [coin] = await wallet.call("listunspent");
  const { txid = "", vout = 0 } = coin ?? {};
  const to = await network.miner.wallet.call("getnewaddress");
  const raw = await rpc.call<string>("createrawtransaction", [
    [{ txid, vout }],
    [{ [to]: 29.999 }],
  ]);
  const { hex } = await wallet.call<{ hex: string }>("signrawtransactionwithwallet", [raw]);

  const sent = await electrum.ask("blockchain.transaction.broadcast", hex);
  await network.sync();
  expect(await network.miner.rpc.call("getrawmempool")).toEqual([sent]);
});

test("a payment is unconfirmed again when its block is replaced", async ({ network }) => {
  using electrum = await Electrum.connect(network);
  const address = await network.alice.wallet.call("getnewaddress");
  const shop = await scripthashOf(network, address);
  const txid = await network.fund(address, "0.5");
  await expect.poll(() => historyOf(electrum, shop)).toEqual({ [txid]: 108 });

  await network.reorg(1);
  await expect.poll(() => historyOf(electrum, shop)).toEqual({ [txid]: 0 });
  expect(await balanceOf(electrum, shop)).toEqual({ confirmed: 0, unconfirmed: sat / 2 });

  const [tip] = await network.mine();
  await expect.poll(() => historyOf(electrum, shop)).toEqual({ [txid]: 110 });
  expect(await tipOf(electrum)).toBe(tip);
});

test("a payment was never made after a reset", async ({ network }) => {
  const address = await network.alice.wallet.call("getnewaddress");
  const shop = await scripthashOf(network, address);
  {
    using electrum = await Electrum.connect(network);
    const txid = await network.fund(address, "0.5");
    await expect.poll(() => historyOf(electrum, shop)).toEqual({ [txid]: 108 });
  }

  await network.reset();
  // At the same port, but the server that was connected to has ended.
  using electrum = await Electrum.connect(network);
  expect(await tipOf(electrum)).toBe(network.manifest.facts.tip);
  expect(await historyOf(electrum, shop)).toEqual({});

  const again = await network.fund(address, "0.25");
  await expect.poll(() => historyOf(electrum, shop)).toEqual({ [again]: 108 });
});
