/** Opens a channel of 5,000,000 satoshi from carol to dave, a million of them dave's, before the snapshot is taken. */
import type { Scenario } from "regtest-network";

import { channelOf, lncli, until, walletOf } from "./lncli.ts";

const scenario: Scenario = async (network) => {
  const { address = "" } = await lncli(network, "carol", "newaddress", "p2wkh");
  await network.fund(address, "1");
  await until("carol's coins", async () => (await walletOf(network, "carol")) > 0);

  network.report("open the channel");
  const { identity_pubkey: dave = "" } = await lncli(network, "dave", "getinfo");
  await lncli(network, "carol", "connect", `${dave}@dave`);
  const amounts = ["--local_amt=5000000", "--push_amt=1000000"];
  await lncli(network, "carol", "openchannel", `--node_key=${dave}`, ...amounts);
  await network.mine(6);

  network.report("wait until both know each other");
  for (const [name, peer] of [
    ["carol", "dave"],
    ["dave", "carol"],
  ] as const) {
    await until(`${name}'s channel`, async () => {
      const channel = await channelOf(network, name);
      return channel?.active === true && channel.peer_alias === peer;
    });
  }
};

export default scenario;
