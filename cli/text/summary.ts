import { curlHere } from "../../base/proxies.ts";
import { freshBlockText } from "./fresh-block-text.ts";
import type { Funded } from "../../bootstrap/payments/funding.ts";
import { blocksText } from "../../bootstrap/chain/mining.ts";
import type { NodeStatus, StatusReport } from "../../bootstrap/status/report.ts";
import { stackAndNetwork, type StackOutputs } from "../../stack/stack-state.ts";

/** The part of a status that a summary shows. */
export type Present = Pick<StatusReport, "height" | "minedSince" | "freshBlock"> & {
  readonly nodes: readonly Pick<NodeStatus, "name" | "tip" | "behind" | "wallets">[];
};

/**
 * What a person sees when the network is up: where everything is, and lines to paste that work.
 * @param now what is true of it, which people may have moved on from the declared chain
 */
export function summary(stack: string, outputs: StackOutputs, now: Present): string {
  const { endpoints, ports, chain, snapshots } = outputs;
  const tip = now.nodes.find(({ behind }) => behind === 0)?.tip;
  const names = Object.keys(endpoints);
  const width = Math.max(...names.map((name) => name.length));
  const nodes = names.flatMap((name) => [
    [
      name.padEnd(width),
      endpoints[name],
      `${balanceOf(now, name) ?? "?"} BTC`.padStart(16),
      `snapshot ${snapshots[name]?.image ?? "none"}`,
    ].join("   "),
    ...Object.entries(ports[name] ?? {}).map(
      ([name, address]) => `${"".padEnd(width)}   ${name.padEnd(4)} ${address}`,
    ),
  ]);
  return [
    `The network of stack ${stack} is up at height ${now.height ?? "?"}, tip ${tip ?? "?"}`,
    ...(now.minedSince
      ? [`${blocksText(now.minedSince)} on top of the declared ${chain.height}`]
      : []),
    ...(now.freshBlock === null ? [] : [freshBlockText(now.freshBlock)]),
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

/** Of the wallet that is named like its node. */
function balanceOf({ nodes }: Present, node: string): string | undefined {
  const wallets = nodes.find(({ name }) => name === node)?.wallets;
  return wallets?.find(({ name }) => name === node)?.spendable;
}

/** Lines for a shell that ask the first node something, by bitcoin-cli and by curl. */
export function tryIt(
  stack: string,
  { endpoints, rpcUser, chain, containers }: StackOutputs,
  env: NodeJS.ProcessEnv = process.env,
): string[] {
  const [first = ""] = Object.keys(endpoints);
  // A node with several wallets has to be told which one is meant.
  const one = Object.keys(chain.wallets[first] ?? {}).length > 1;
  const [option, path] = one ? [`-rpcwallet=${first} `, `/wallet/${first}`] : ["", ""];
  return [
    `  docker exec ${containers[first]?.name ?? ""} bitcoin-cli ${option}getbalance`,
    `  ${curlHere(env)} -u "${inDoubleQuotes(rpcUser)}:$(${passwordCommand(stack)})" \\`,
    `    -d '{"jsonrpc":"2.0","id":1,"method":"getbalance"}' ${endpoints[first] ?? ""}${path}`,
  ];
}

/** Prints the password. The outputs of a stack with several networks are those of somebody's program. */
export function passwordCommand(stack: string): string {
  if (stackAndNetwork(stack).network !== undefined)
    return `npm run -s env -- --stack ${stack} | sed -n 's/^RPC_PASSWORD=//p'`;
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
