import { Option } from "commander";

import type { AddressOptions } from "../../bootstrap/verbs/new-address.ts";
import { verb } from "../shared/verb.ts";

export const register = verb<AddressOptions, [node: string]>({
  name: "new-address",
  description: "create an address in a node's own wallet, and print it",
  declare: (command) =>
    command
      .argument("<node>")
      .option("--label <text>", "its label")
      .addOption(
        new Option("--type <type>", "legacy, p2sh-segwit, bech32 or bech32m")
          .choices(["legacy", "p2sh-segwit", "bech32", "bech32m"])
          .default("bech32"),
      ),
  run: async (network, [node], options) => {
    const { newAddress } = await import("../../bootstrap/verbs/new-address.ts");
    const address = await network.look((run) => newAddress(run, node, options));
    return { text: `${address}\n`, values: { node, address } };
  },
});
