/** Lines for a shell, a program and an `.env` file, by which a stack's nodes are reached. */
import type { NetworkDeclaration } from "../../bootstrap/status/report.ts";
import { defaultStack } from "../../stack/default-stack.ts";
import type { StackOutputs } from "../../stack/stack-state.ts";
import { assignment, variables } from "./variables.ts";
import { passwordCommand, tryIt } from "./summary.ts";

/** They take the password where it is kept, and do not show it. */
export function linesToPaste(stack: string, outputs: StackOutputs): string {
  const { endpoints, rpcUser, chain } = outputs;
  const [first = ""] = Object.keys(endpoints);
  const named = stack === defaultStack ? "" : `--stack ${stack} `;
  const several = Object.keys(chain.wallets[first] ?? {}).length > 1;
  const options = [
    `port: ${new URL(endpoints[first] ?? "").port}`,
    ...(rpcUser === "user" ? [] : [`user: ${JSON.stringify(rpcUser)}`]),
    ...(several ? [`wallet: "${first}"`] : []),
    'password: process.env.RPC_PASSWORD ?? ""',
  ];
  return [
    "",
    "In a shell:",
    `  npm run -s cli -- ${named}${first} ${several ? `-rpcwallet=${first} ` : ""}getbalance`,
    ...tryIt(stack, outputs),
    `  (umask 077; npm run -s status -- ${named}--env --show-secrets > .env)`,
    "",
    `In a program, after export RPC_PASSWORD=$(${passwordCommand(stack)}):`,
    '  import { rpcCall } from "./bootstrap/index.ts";',
    `  await rpcCall("getbalance", [], { ${options.join(", ")} });`,
    "",
  ].join("\n");
}

/**
 * Variables for an `.env` file or a shell.
 * @param showSecrets whether the password is among them
 */
export function envLines(network: NetworkDeclaration, showSecrets: boolean): string {
  const hidden = `# RPC_PASSWORD: --show-secrets adds it, and ${passwordCommand(network.name)} prints it`;
  const lines = Object.entries(variables(network)).map(([name, value]) =>
    name === "RPC_PASSWORD" && !showSecrets ? hidden : assignment(name, value),
  );
  return [...lines, ""].join("\n");
}
