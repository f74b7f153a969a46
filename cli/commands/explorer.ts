import type { Command } from "commander";

import { port } from "../shared/counts.ts";
import { jsonOption } from "../shared/json-option.ts";
import { declareNetwork } from "../shared/on-network.ts";
import type { ExplorerCommandOptions } from "./explorer-serve.ts";

export function register(program: Command): void {
  const command = program
    .command("explorer")
    .description(
      "serve a page of the network, Esplora's HTTP API and the Electrum protocol to this machine, until Ctrl-C",
    );
  declareNetwork(command)
    .option("--node <name>", "the node whose chain and mempool are served (default: the first)")
    .option(
      "--http-port <port>",
      "port of the page and of Esplora's API (default: a free one)",
      port,
    )
    .option("--electrum-port <port>", "port of the Electrum server (default: a free one)", port)
    .option("--faucet", "answer Nigiri's POST /faucet: pay from the miner's wallet")
    .option("--mine", "mine a block after each transaction that is broadcast here")
    .option(...jsonOption)
    .action(async (options: ExplorerCommandOptions) => {
      const { serveExplorer } = await import("./explorer-serve.ts");
      await serveExplorer(options);
    });
}
