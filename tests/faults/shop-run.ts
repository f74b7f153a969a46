/**
 * A process that makes the snapshot of a network with a shop, starts a clone, and resets it, as far as the first
 * argument says; to be killed meanwhile. The second one declares the services. It tells what the shop has then.
 */
import { cloneNetwork, prepareSnapshot } from "../../testing/index.ts";
import { ask, type Shop } from "../helpers/shop.ts";

const [until, declared = "[]"] = process.argv.slice(2);
const options = { services: JSON.parse(declared) as Shop[] };

await prepareSnapshot(options);
if (until !== "snapshot") {
  await using network = await cloneNetwork(options);
  const { url } = network.service("shop");
  if (until === "reset") {
    await ask(url, "/order");
    await network.mine(1);
    await network.reset();
  }
  console.log(`${await ask(url, "/orders")} orders at height ${await ask(url, "/height")}`);
}
