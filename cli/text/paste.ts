/** Lines for a shell, a program and an `.env` file, by which a stack's nodes are reached. */
import type { DeclaredStack } from "../../stack/status/report.ts";
import { defaultStack, type StackOutputs } from "../../stack/stack-state.ts";
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
export function envLines(
  { stack, rpcUser, rpcPassword, nodes }: DeclaredStack,
  showSecrets: boolean,
): string {
  const line = (name: string, value: string): string => `${name}=${quoted(value)}`;
  return [
    line("RPC_USER", rpcUser),
    showSecrets
      ? line("RPC_PASSWORD", rpcPassword)
      : `# RPC_PASSWORD: --show-secrets adds it, and ${passwordCommand(stack)} prints it`,
    ...nodes.flatMap(({ name, endpoint, ports }) => {
      const prefix = name.toUpperCase().replaceAll("-", "_");
      return [
        line(`${prefix}_RPC_URL`, endpoint),
        ...Object.entries(ports).map(([port, address]) =>
          line(`${prefix}_${upperSnakeCase(port)}`, address),
        ),
      ];
    }),
    "",
  ].join("\n");
}

/** As a shell and readers of `.env` files take it. */
function quoted(text: string): string {
  return /^[\w./:@%+,=-]*$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

function upperSnakeCase(text: string): string {
  return text.replaceAll(/[A-Z]/g, "_$&").toUpperCase();
}
