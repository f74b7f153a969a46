import { Option } from "commander";

import type { AddressOptions } from "../../bootstrap/verbs/new-address.ts";
import { verb } from "../shared/verb.ts";

export const register = verb<AddressOptions, [node: string]>({
  name: "new-address",
  description: "make an address in a node's own wallet, and print it",
  declare: (command) =>
    command
      .argument("<node>", "name of the node")
      .option("--label <text>", "the address's label in the wallet")
      .addOption(
        new Option("--type <type>", "the kind of address")
          .choices(["legacy", "p2sh-segwit", "bech32", "bech32m"])
          .default("bech32"),
      ),
  run: async (network, [node], options) => {
    const { newAddress } = await import("../../bootstrap/verbs/new-address.ts");
    const address = await network.look((run) => newAddress(run, node, options));
    return { text: `${address}\n`, values: { node, address } };
  },
});
