/**
 * A market for block space: payments at different fee rates over some blocks, after which
 * `estimatesmartfee 2` answers on every node. The same payments come out on every machine.
 */
import type { Scenario } from "regtest-network";

/** Satoshi for each virtual byte. Each block takes payments at all of them. */
const feeRates = [1, 2, 5, 10, 20, 50];
const blocks = 15;

const scenario: Scenario = async (network) => {
  const { miner, alice } = network;
  const from = miner.wallet;

  network.report("split coins");
  const own: string = await from.call("getnewaddress", ["fees", "bech32"]);
  const coins = feeRates.length * blocks;
  // bitcoind learns only from payments whose coins are confirmed, so each gets one of its own. One call
  // after the other, and the oldest coin: so that the same ones come out each time.
  const parts: string[] = [];
  while (parts.length < coins) parts.push(await from.call("getnewaddress", ["fees", "bech32"]));
  const unspent = await from.call("listunspent");
  const [coin] = unspent.toSorted((a, b) => b.confirmations - a.confirmations);
  if (coin === undefined) throw new Error("the miner has nothing to spend");
  await from.call("send", {
    outputs: parts.map((address) => ({ [address]: "0.01" })),
    fee_rate: 10,
    options: {
      inputs: [{ txid: coin.txid, vout: coin.vout }],
      add_inputs: false,
      change_address: own,
      change_position: coins,
      locktime: 0,
    },
  });
  // Nor does it learn while its newest block is hours old: from here on all clocks show the chain's time.
  await network.mine(1, { spacing: "10m" });

  const to: string = await alice.wallet.call("getnewaddress", ["fees", "bech32"]);
  const spendable = await from.call("listunspent", [1, 9_999_999, parts]);
  const coinAt = new Map(
    spendable.map(({ address = "", txid, vout }) => [address, { txid, vout }]),
  );
  for (let block = 0; block < blocks; block += 1) {
    network.report(`pay fees, block ${block + 1} of ${blocks}`);
    for (const [index, rate] of feeRates.entries()) {
      const input = coinAt.get(parts[block * feeRates.length + index] ?? "");
      await from.call("send", {
        outputs: [{ [to]: "0.005" }],
        fee_rate: rate,
        options: {
          inputs: input === undefined ? [] : [input],
          add_inputs: false,
          change_address: own,
          change_position: 1,
          locktime: 0,
        },
      });
    }
    await network.sync();
    await network.mine(1, { spacing: "10m" });
  }
  await network.time.present();
};

export default scenario;
