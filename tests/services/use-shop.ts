/** A scenario that orders something. */
import type { Scenario } from "../../bootstrap/index.ts";

const useShop: Scenario = async (network) => {
  const shop = network.service("shop");
  await shop.exec(["sh", "-c", "echo order >> /data/journal"]);
};
export default useShop;
