import type { Funded } from "../bootstrap/funding.ts";
import type { StackOutputs } from "./stack.ts";

/** What a person sees when the network is up: where everything is, and lines to paste that work. */
export function summary(stack: string, outputs: StackOutputs): string {
  const { endpoints, services, chain, snapshots } = outputs;
  const names = Object.keys(endpoints);
  const width = Math.max(...names.map((name) => name.length));
  const nodes = names.flatMap((name) => [
    [
      name.padEnd(width),
      endpoints[name],
      `${chain.balances[name] ?? ""} BTC`.padStart(16),
      `snapshot ${snapshots[name]?.image ?? "none"}`,
    ].join("   "),
    ...Object.entries(services[name] ?? {}).map(
      ([service, address]) => `${"".padEnd(width)}   ${service.padEnd(4)} ${address}`,
    ),
  ]);
  return [
    `The network of stack ${stack} is up at height ${chain.height}, tip ${chain.tip}`,
    "",
    ...nodes.map((line) => `  ${line}`),
    "",
    ...chain.funded.map(paid),
    ...(chain.funded.length > 0 ? [""] : []),
    "Try it:",
    ...tryIt(stack, outputs),
    "",
  ].join("\n");
}

/** Lines for a shell that ask the first node something, by bitcoin-cli and by curl. */
export function tryIt(
  stack: string,
  { endpoints, rpcUser, chain, containers }: StackOutputs,
): string[] {
  const [first = ""] = Object.keys(endpoints);
  // A node with several wallets has to be told which one is meant.
  const one = Object.keys(chain.wallets[first] ?? {}).length > 1;
  const [option, path] = one ? [`-rpcwallet=${first} `, `/wallet/${first}`] : ["", ""];
  return [
    `  docker exec ${containers[first]?.name ?? ""} bitcoin-cli ${option}getbalance`,
    `  curl -u "${inDoubleQuotes(rpcUser)}:$(${passwordCommand(stack)})" \\`,
    `    -d '{"jsonrpc":"2.0","id":1,"method":"getbalance"}' ${endpoints[first] ?? ""}${path}`,
  ];
}

/** Prints the password. */
export function passwordCommand(stack: string): string {
  return `npm run -s pulumi -- stack output rpcPassword --show-secrets --stack ${stack}`;
}

function paid({ node, label, address, txid }: Funded): string {
  const whose = label.toLowerCase() === node ? label : `${node} (${label})`;
  return `${whose} was paid at ${address} by ${txid}`;
}

/** What a shell reads as `text` between double quotes. */
function inDoubleQuotes(text: string): string {
  return text.replaceAll(/["$`\\]/g, "\\$&");
}
