import type { Command } from "commander";

import { defaultStack } from "../../stack/stack-state.ts";

export function register(program: Command): void {
  program
    .command("cli")
    .description("run bitcoin-cli in a node's container and exit with its code")
    .usage("[options] <node> <command...>")
    .argument("<node>", "name of the node")
    .argument("[command...]", "options, method and parameters for bitcoin-cli")
    .option("-s, --stack <name>", "the Pulumi stack; put it before the node", defaultStack)
    .passThroughOptions()
    .addHelpText(
      "after",
      "\nExamples:\n" +
        "  npm run -s cli -- alice getbalance\n" +
        "  npm run -s cli -- --stack two alice -rpcwallet=savings getnewaddress\n" +
        "  echo 107 | npm run -s cli -- miner -stdin getblockhash\n" +
        "\nStandard input is read only with -stdin, -stdinrpcpass and -stdinwalletpassphrase.",
    )
    .action(async (node: string, command: string[], { stack }: { stack: string }) => {
      const { connectEngine } = await import("../../engine/client.ts");
      const { withToolchain } = await import("../shared/context.ts");
      const { endWithReader, untilInterrupted } = await import("../shared/ending.ts");
      const { runInContainer } = await import("../../engine/exec-terminal.ts");
      const { containerNamed, stackContainers } = await import("../../stack/stack-containers.ts");

      endWithReader();
      await untilInterrupted(() =>
        withToolchain(
          async ({ environment, signal }) => {
            const docker = await connectEngine({ signal });
            const nodes = (await stackContainers(docker, environment, stack)).filter(
              ({ isNode }) => isNode,
            );
            const { state, container } = containerNamed(nodes, node);
            if (state !== "running" || container === undefined) {
              throw new Error(
                `${node}: its container is ${state}; npm run up -- --stack ${stack} starts it` +
                  (state === "exited"
                    ? `, npm run logs -- --stack ${stack} ${node} shows why`
                    : ""),
              );
            }
            process.exitCode = await runInContainer(container, ["bitcoin-cli", ...command], {
              stdin: command.some((word) => readsStdin.test(word)),
              signal,
            });
          },
          { program: false },
        ),
      );
    });
}

/** The options by which bitcoin-cli reads standard input; one dash or two. */
const readsStdin = /^--?stdin(?:rpcpass|walletpassphrase)?(?:=|$)/;
