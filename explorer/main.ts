/** The explorer as a program of its own: that of the container of a network's explorer, see images/explorer/. */
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";

import { InterruptedError, interruptible } from "../base/interruptible.ts";
import { messageOf } from "../base/message.ts";
import { longestWaitMs, waitFor } from "../base/wait.ts";
import { loopback } from "../engine/host.ts";
import { RpcClient } from "../bootstrap/rpc/client.ts";
import { RpcConnectionError, RpcTimeoutError } from "../bootstrap/rpc/rpc-errors.ts";
import { type Explorer, openExplorer } from "./explorer.ts";

const { values } = parseArgs({
  options: {
    /** URL of the node's RPC, without credentials. */
    node: { type: "string", default: "" },
    /** Path of a file with `USER:PASSWORD`. */
    credentials: { type: "string", default: "" },
    /** The container's name on its network. */
    name: { type: "string", default: "" },
    /** Where its ports are found from outside that network. */
    "published-host": { type: "string", default: loopback },
    "http-port": { type: "string", default: "0" },
    "electrum-port": { type: "string", default: "0" },
    /** As {@link IndexLimits} has them. */
    transactions: { type: "string" },
    megabytes: { type: "string" },
  },
});

async function serve(signal: AbortSignal): Promise<void> {
  console.log(`reads the chain of ${values.node}`);
  await using opened = new AsyncDisposableStack();
  const credentials = readFileSync(values.credentials, "utf8");
  const colon = credentials.indexOf(":");
  const rpc = opened.use(
    new RpcClient({
      ...{ url: values.node, signal, retryUnresolved: true },
      user: credentials.slice(0, colon),
      password: credentials.slice(colon + 1),
    }),
  );
  const explorer = opened.use(await explorerOf(rpc, signal));
  const ports = [explorer.url, explorer.electrum].map((url) => new URL(url).port);
  console.log(
    `serves the chain of ${values.node}: Esplora's API at ${ports.join(", Electrum at ")}`,
  );
  await once(signal, "abort");
  signal.throwIfAborted();
}

/** After a restart of the engine, the node may start later than this. */
async function explorerOf(node: RpcClient, signal: AbortSignal): Promise<Explorer> {
  const limits = {
    transactions: numberOf(values.transactions),
    megabytes: numberOf(values.megabytes),
  };
  const ports = { http: Number(values["http-port"]), electrum: Number(values["electrum-port"]) };
  const place = { address: "0.0.0.0", name: values.name, publishedHost: values["published-host"] };
  return await waitFor(async () => await openExplorer({ node, ports, place, limits, signal }), {
    what: `${values.node} to answer`,
    limitMs: longestWaitMs,
    // A long chain takes long to read.
    tryLimitMs: longestWaitMs,
    signal,
    retryOn: (error) => {
      const away = error instanceof RpcConnectionError || error instanceof RpcTimeoutError;
      if (away) console.log(messageOf(error));
      return away;
    },
  });
}

function numberOf(text: string | undefined): number | undefined {
  return text === undefined ? undefined : Number(text);
}

try {
  await interruptible(serve);
} catch (error) {
  // The usual end, which is none of a crash.
  if (error instanceof InterruptedError) process.exit(0);
  console.error(messageOf(error));
  process.exit(1);
}
