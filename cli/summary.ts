import type { StackOutputs } from "./stack.ts";

/** What a person sees when the network is up: where everything is, and lines to paste that work. */
export function summary(stack: string, outputs: StackOutputs): string {
  const { endpoints, rpcUser, chain, snapshots, containers } = outputs;
  const names = Object.keys(endpoints);
  const width = Math.max(...names.map((name) => name.length));
  const nodes = names.map((name) =>
    [
      name.padEnd(width),
      endpoints[name],
      `${chain.balances[name] ?? ""} BTC`.padStart(16),
      `snapshot ${snapshots[name]?.image ?? "none"}`,
    ].join("   "),
  );
  const [first = ""] = names;
  const password = `npm run -s pulumi -- stack output rpcPassword --show-secrets --stack ${stack}`;
  return [
    `The network of stack ${stack} is up at height ${chain.height}, tip ${chain.tip}`,
    "",
    ...nodes.map((line) => `  ${line}`),
    "",
    `Alice was paid at ${chain.aliceAddress} by ${chain.fundingTxid}`,
    "",
    "Try it:",
    `  docker exec ${containers[first]?.name ?? ""} bitcoin-cli getbalance`,
    `  curl -u "${inDoubleQuotes(rpcUser)}:$(${password})" \\`,
    `    -d '{"jsonrpc":"2.0","id":1,"method":"getbalance"}' ${endpoints[first] ?? ""}`,
    "",
  ].join("\n");
}

/** What a shell reads as `text` between double quotes. */
function inDoubleQuotes(text: string): string {
  return text.replaceAll(/["$`\\]/g, "\\$&");
}
