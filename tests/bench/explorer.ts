/** Measures the explorer: a long chain read, followed and asked. */
import { fork } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { createInterface } from "node:readline";
import { Readable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";

import { build } from "esbuild";
import { Pool } from "undici";

import { connectEngine } from "../../engine/client.ts";
import { ChainIndex } from "../../explorer/index/chain-index.ts";
import { openExplorer } from "../../explorer/explorer.ts";
import type { PageEvent } from "../../explorer/page/protocol.ts";
import type { Progress } from "../../base/progress/steps.ts";
import { packageFolder } from "../../base/files/paths.ts";
import { type CloneOptions, cloneNetwork, type TestNetwork } from "../../testing/index.ts";
import type { Environment } from "../../toolchain/ensure.ts";
import type { ExplorerState } from "./explorer-main.ts";
import { mineEmpty, mineFull } from "./explorer-chain.ts";
import { makeKitSnapshot } from "../helpers/kit-snapshot.ts";
import { tempFolder } from "../helpers/temp-folder.ts";
import { type Figure, figure } from "./figures.ts";
import { describeMachine } from "./machine.ts";
import type { Report } from "./report.ts";
import { timed } from "./timed.ts";

export interface ExplorerBenchOptions {
  readonly environment: Environment;
  readonly progress: Progress;
  readonly signal: AbortSignal;
}

const emptyBlocks = 10_000;
/** Of a thousand transactions each. */
const fullBlocks = 100;
const samples = 20;
const megabyte = 1e6;
const alice = "mkvAYmgqrEFEsJ9zGBi9Z87gP5rGNAu2mx";

export async function runExplorer(bench: ExplorerBenchOptions): Promise<Report> {
  const { environment, progress, signal } = bench;
  const date = new Date().toISOString();
  const docker = await connectEngine({ signal });
  const machine = await describeMachine(docker, environment.env);
  await using kit = await progress.step("Snapshot", makeKitSnapshot);
  const clone = { snapshot: kit.name, signal };
  const { opens, delays, shown } = await progress.step("The default chain", async () => {
    await using network = await cloneNetwork(clone);
    return {
      opens: await openMany(network),
      delays: await tellMany(network),
      shown: await showMany(network),
    };
  });
  await using compiled = await compile();
  const { followed, blocks } = await progress.step(`${emptyBlocks} blocks`, () =>
    empty(compiled.file, clone),
  );
  const { state, perSecond } = await progress.step(
    `${fullBlocks} blocks of a thousand transactions`,
    () => full(compiled.file, clone),
  );
  const figures: Figure[] = [
    figure("explorer of the default chain", "ms", opens, 30),
    figure("block to a listener, after the node's answer", "ms", delays, 100),
    figure("block to the page, after the node's answer", "ms", shown, 100),
    figure("index of 10,000 blocks", "s", [blocks.seconds]),
    figure("its memory", "MB", [blocks.held / megabyte]),
    figure("its process", "MB", [blocks.rss / megabyte]),
    figure("process after following 10,000 blocks", "MB", [followed.rss / megabyte], 100),
    figure("index of 100,000 transactions", "s", [state.seconds]),
    figure("its memory", "MB", [state.held / megabyte]),
    figure("its memory, as it is estimated for the limit", "MB", [state.estimated / megabyte]),
    figure("its process", "MB", [state.rss / megabyte]),
    figure("requests per second, /address/:a/utxo", "", [Math.round(perSecond)]),
  ];
  return { date, rounds: 1, machine, figures };
}

/** The miner alone: other nodes would check all blocks at the same time. */
async function alone(clone: CloneOptions): Promise<TestNetwork> {
  const network = await cloneNetwork(clone);
  await network.stop("alice");
  return network;
}

async function empty(
  program: string,
  clone: CloneOptions,
): Promise<{ followed: ExplorerState; blocks: ExplorerState }> {
  await using network = await alone(clone);
  const address = await network.miner.wallet.call("getnewaddress");
  const followed = await inProcess(program, network, async (explorer) => {
    // A page that reads nothing of what it is told.
    const { body } = await fetch(`${explorer.url}/page/events`);
    await mineEmpty(network.miner.rpc, emptyBlocks, address);
    const state = await explorer.state();
    await body?.cancel();
    return state;
  });
  return { followed, blocks: await inProcess(program, network, (explorer) => explorer.state()) };
}

async function full(
  program: string,
  clone: CloneOptions,
): Promise<{ state: ExplorerState; perSecond: number }> {
  await using network = await alone(clone);
  await mineFull(network.miner.rpc, fullBlocks, await network.miner.wallet.call("getnewaddress"));
  return await inProcess(program, network, async (explorer) => {
    const state = await explorer.state();
    return { state, perSecond: await requestsPerSecond(explorer.url) };
  });
}

async function openMany({ miner }: TestNetwork): Promise<number[]> {
  const milliseconds: number[] = [];
  for (let sample = 0; sample < samples; sample++) {
    const { result, seconds } = await timed(() => openExplorer({ node: miner.rpc }));
    milliseconds.push(seconds * 1_000);
    await result[Symbol.asyncDispose]();
  }
  return milliseconds;
}

async function tellMany({ miner }: TestNetwork): Promise<number[]> {
  const address = await miner.wallet.call("getnewaddress");
  using index = await ChainIndex.open(miner.rpc);
  const milliseconds: number[] = [];
  for (let sample = 0; sample < samples; sample++) {
    const told = Promise.withResolvers<number>();
    const listener = index.follow(({ connected }) => {
      if (connected.length > 0) told.resolve(performance.now());
    });
    await miner.rpc.call("generatetoaddress", [1, address]);
    const mined = performance.now();
    // The listener may be told before the one who mined has the answer.
    milliseconds.push(Math.max(0, (await told.promise) - mined));
    listener[Symbol.dispose]();
  }
  return milliseconds;
}

/** With the token: the network is looked at too. */
async function showMany(network: TestNetwork): Promise<number[]> {
  const { miner } = network;
  const address = await miner.wallet.call("getnewaddress");
  await using explorer = await network.explorer({ node: "miner" });
  const { origin, hash } = new URL(explorer.page);
  const headers = { authorization: `Bearer ${hash.slice("#token=".length)}` };
  const { body } = await fetch(`${origin}/page/events`, { headers });
  const told = new Map<string, PromiseWithResolvers<number>>();
  const telling = (tip: string): PromiseWithResolvers<number> => {
    const one = told.get(tip) ?? Promise.withResolvers<number>();
    told.set(tip, one);
    return one;
  };
  const ended = readEvents(body, (event) => {
    if (event.type === "chain") telling(event.chain.tip).resolve(performance.now());
  });
  const milliseconds: number[] = [];
  for (let sample = 0; sample < samples; sample++) {
    // Events that come closer together are told as one.
    await sleep(150);
    const [tip = ""] = await miner.rpc.call("generatetoaddress", [1, address]);
    const mined = performance.now();
    milliseconds.push(Math.max(0, (await telling(tip).promise) - mined));
  }
  await explorer[Symbol.asyncDispose]();
  await ended;
  return milliseconds;
}

/** Until the server ends. */
async function readEvents(
  body: ReadableStream<Uint8Array> | null,
  told: (event: PageEvent) => void,
): Promise<void> {
  if (body === null) return;
  try {
    for await (const line of createInterface(Readable.fromWeb(body))) {
      told(JSON.parse(line) as PageEvent);
    }
  } catch {
    // The server has gone.
  }
}

interface ExplorerProcess {
  readonly url: string;
  state(): Promise<ExplorerState>;
}

/** The server as the package has it: without the compiler of types in its memory. */
async function compile(): Promise<{ readonly file: string } & AsyncDisposable> {
  const folder = await tempFolder();
  const file = path.join(folder.path, "explorer.mjs");
  await build({
    entryPoints: [path.join(packageFolder, "tests/bench/explorer-main.ts")],
    outfile: file,
    bundle: true,
    format: "esm",
    platform: "node",
    target: "node24",
    banner: {
      js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);',
    },
    logLevel: "warning",
  });
  return { file, [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose]() };
}

async function inProcess<T>(
  program: string,
  { miner: { url, user, password } }: TestNetwork,
  work: (explorer: ExplorerProcess) => Promise<T>,
): Promise<T> {
  const child = fork(program, [url, user], {
    // None of what this process was started with.
    execArgv: ["--expose-gc"],
    env: { ...process.env, RPC_PASSWORD: password },
  });
  const gone = once(child, "exit");
  try {
    const [started] = (await once(child, "message")) as [Pick<ExplorerState, "url" | "seconds">];
    const state = async (): Promise<ExplorerState> => {
      child.send("state");
      const [told] = (await once(child, "message")) as [ExplorerState];
      return { ...told, ...started };
    };
    return await work({ url: started.url, state });
  } finally {
    child.kill();
    await gone;
  }
}

async function requestsPerSecond(url: string): Promise<number> {
  const pool = new Pool(url, { connections: 32 });
  const end = performance.now() + 3_000;
  let answered = 0;
  const ask = async (): Promise<void> => {
    while (performance.now() < end) {
      const { body } = await pool.request({ method: "GET", path: `/address/${alice}/utxo` });
      await body.dump();
      answered += 1;
    }
  };
  await Promise.all(Array.from({ length: 32 }, ask));
  await pool.close();
  return answered / 3;
}
