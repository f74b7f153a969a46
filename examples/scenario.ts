/** A shop with three orders: paid deep in the chain, paid again after a reorganisation, and not paid yet. */
import type { Scenario } from "regtest-network";

const scenario: Scenario = async (network) => {
  const shop = network.alice.wallet;
  const orders = ["order 1", "order 2", "order 3"];
  const addresses: string[] = [];
  for (const order of orders) {
    addresses.push(await shop.call("getnewaddress", [order, "bech32"]));
  }
  const [first = "", second = ""] = addresses;

  network.report("pay the first order");
  await network.fund(first, "0.1", { confirmations: 6 });
  network.report("pay the second, and replace the block that the payment is in");
  await network.fund(second, "0.2");
  await network.reorg(1, { transactions: "mined" });
};

export default scenario;
