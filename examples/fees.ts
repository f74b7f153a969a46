/**
 * A market for block space: payments at different fee rates over fifteen blocks, after which
 * `estimatesmartfee 2` answers on every node. With blocks ten minutes apart, the same payments come out
 * on every machine.
 */
import type { Scenario } from "regtest-network";

const scenario: Scenario = async (network) => {
  await network.traffic({ spacing: "10m" });
  await network.time.present();
};

export default scenario;
