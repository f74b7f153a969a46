import type { Command } from "commander";

import { declareNetwork, type Typed } from "../shared/on-network.ts";

export function register(program: Command): void {
  declareNetwork(program.command("cli"))
    .description("run bitcoin-cli in a node's container and exit with its code")
    .usage("[options] <node> <command...>")
    .argument("<node>", "name of the node, after --stack or --clone")
    .argument("[command...]", "options, method and parameters for bitcoin-cli")
    .passThroughOptions()
    .addHelpText(
      "after",
      "\nExamples:\n" +
        "  npm run -s cli -- alice getbalance\n" +
        "  npm run -s cli -- --stack two alice -rpcwallet=savings getnewaddress\n" +
        "  echo 107 | npm run -s cli -- miner -stdin getblockhash\n" +
        "\nStandard input is read only with -stdin, -stdinrpcpass and -stdinwalletpassphrase.",
    )
    .action(async (node: string, command: string[], options: Typed["options"]) => {
      const { bitcoinCli } = await import("../shared/run-in.ts");
      const { onContainers } = await import("../shared/on-containers.ts");
      await onContainers(options, async (network) => {
        process.exitCode = await bitcoinCli(network, node, command);
      });
    });
}
