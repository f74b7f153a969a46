/** What a node offers is what clients expect that no one here wrote. */
import { readFile } from "node:fs/promises";
import path from "node:path";

import type Docker from "dockerode";
import jayson from "jayson/promise/index.js";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { Subscriber } from "zeromq";

import { rpcPortInContainer } from "../../bootstrap/nodes/node.ts";
import { containerPorts } from "../../bootstrap/nodes/node-ports.ts";
import { packageFolder } from "../../base/files/paths.ts";
import { streamProgress } from "../../base/progress/stream.ts";
import { waitFor } from "../../base/wait.ts";
import { label, stackLabels } from "../../engine/labels.ts";
import { logTail } from "../../engine/log.ts";
import { removeContainersAndNetworks } from "../../engine/clean-up/sweep.ts";
import { baseImageOn } from "../../toolchain/ensure.ts";
import { cliSucceeds } from "../helpers/cli.ts";
import { ProjectStack } from "../helpers/stack.ts";

const topics = ["rawblock", "rawtx", "hashblock", "hashtx", "sequence"];
const limitMs = 60_000;

let stack: ProjectStack;
let ports: Record<string, Record<string, string>>;
let rpcPort: number;
let password: string;

beforeAll(async () => {
  stack = await ProjectStack.create({
    nodes: JSON.stringify([
      {
        ...{ name: "alice", p2pPort: "free", rest: true },
        ...{ zmqPort: "free", zmqBlockPort: "free", zmqTxPort: "free" },
      },
      { name: "miner", role: "miner" },
    ]),
  });
  await stack.up();
  ports = await stack.output("ports");
  const endpoints = await stack.output<Record<string, string>>("endpoints");
  rpcPort = Number(new URL(endpoints["alice"] ?? "").port);
  password = await stack.output("rpcPassword");
});
afterAll(async () => {
  await removeContainersAndNetworks(stack.docker, { [label.stackId]: stack.name });
  await stack[Symbol.asyncDispose]();
});

const ask: ProjectStack["ask"] = (...question) => stack.ask(...question);

/** A program of the node's image on the network of this machine, where the published ports are. */
async function onHost(options: Docker.ContainerCreateOptions): Promise<Docker.Container> {
  const { Image } = await stack.container("miner").inspect();
  const container = await stack.docker.createContainer({
    Image,
    Labels: stackLabels(stack.name, stack.name, "temporary"),
    HostConfig: { NetworkMode: "host" },
    ...options,
  });
  await container.start();
  return container;
}

describe("JSON-RPC", () => {
  it("answers bitcoin-cli at its published port", async () => {
    const container = await onHost({
      Entrypoint: [
        "bitcoin-cli",
        `-rpcport=${rpcPort}`,
        "-rpcuser=user",
        `-rpcpassword=${password}`,
      ],
      Cmd: ["getblockcount"],
    });
    expect(await container.wait()).toMatchObject({ StatusCode: 0 });
    expect((await logTail(container, 5)).trim()).toBe("107");
  });

  it("answers a JSON-RPC client library, errors included", async () => {
    const client = jayson.Client.http({
      host: "127.0.0.1",
      port: rpcPort,
      auth: `user:${password}`,
    });
    expect(await client.request("getblockcount", [])).toMatchObject({ result: 107 });
    expect(await client.request("getbalance", {})).toMatchObject({ result: 30 });
    expect(await client.request("getblockhash", [108])).toMatchObject({
      error: { code: -8, message: "Block height out of range" },
    });
  });
});

describe("ZMQ", () => {
  it("tells a subscriber of blocks and transactions, by every topic", async () => {
    const subscriber = new Subscriber();
    const heard = new Map<string, string[]>(topics.map((topic) => [topic, []]));
    try {
      subscriber.connect(ports["alice"]?.["zmq"] ?? "");
      subscriber.subscribe(...topics);
      const hearing = (async () => {
        for await (const [topic, body] of subscriber) {
          heard.get(String(topic))?.push(body?.toString("hex") ?? "");
        }
      })();
      // A subscription takes a moment to arrive, and what was sent before is not repeated.
      let block = "";
      await waitFor(
        async () => {
          [block = ""] = JSON.parse(
            await ask("miner", "generatetoaddress", "1", await ask("miner", "getnewaddress")),
          ) as string[];
          await ask("alice", "waitforblock", block, "10000");
          return heard.get("hashblock")?.includes(block) === true ? true : undefined;
        },
        { what: "the subscriber to hear of a block", limitMs },
      );
      const txid = await ask("alice", "sendtoaddress", await ask("miner", "getnewaddress"), "1");
      const { hex } = JSON.parse(await ask("alice", "gettransaction", txid)) as { hex: string };
      const rawBlock = await ask("alice", "getblock", block, "0");
      await waitFor(
        () => Promise.resolve(heard.get("hashtx")?.includes(txid) === true ? true : undefined),
        { what: "the subscriber to hear of a payment", limitMs },
      );
      expect(heard.get("rawtx")).toContain(hex);
      expect(heard.get("rawblock")).toContain(rawBlock);
      // A hash, and C for a block connected, A for a transaction accepted.
      const events = heard.get("sequence")?.map((body) => body.slice(0, 66)) ?? [];
      expect(events).toContain(`${block}43`);
      expect(events).toContain(`${txid}41`);
      subscriber.close();
      await hearing;
    } finally {
      subscriber.close();
    }
  });
});

describe("ZMQ for a client that wants blocks and transactions from two addresses", () => {
  it("has each at its own, and all at the third", async () => {
    const { zmq, zmqBlock, zmqTx } = ports["alice"] ?? {};
    expect(new Set([zmq, zmqBlock, zmqTx]).size).toBe(3);
    const published = JSON.parse(await ask("alice", "getzmqnotifications")) as {
      type: string;
      address: string;
    }[];
    const topicsAt = (port: number): string[] =>
      published.filter(({ address }) => address.endsWith(`:${port}`)).map(({ type }) => type);
    expect(topicsAt(containerPorts.zmqBlock).toSorted()).toEqual(["pubhashblock", "pubrawblock"]);
    expect(topicsAt(containerPorts.zmqTx).toSorted()).toEqual(["pubhashtx", "pubrawtx"]);
    expect(topicsAt(containerPorts.zmq)).toHaveLength(topics.length);
  });
});

describe("P2P", () => {
  it("gives a bitcoind outside of the stack the chain", async () => {
    const tip = await ask("alice", "getbestblockhash");
    const container = await onHost({
      Cmd: [`-connect=${ports["alice"]?.["p2p"] ?? ""}`, "-server=0", "-listen=0"],
    });
    await waitFor(
      async () => {
        const log = await logTail(container, 20);
        return log.includes(tip) ? true : { pending: log };
      },
      { what: "the other bitcoind to be at the tip", limitMs },
    );
  });
});

describe("REST", () => {
  it("answers without a password where it is asked for, and nowhere else", async () => {
    const rest = ports["alice"]?.["rest"] ?? "";
    const info = await fetch(`${rest}/chaininfo.json`);
    expect(await info.json()).toMatchObject({
      chain: "regtest",
      bestblockhash: await ask("alice", "getbestblockhash"),
    });
    const endpoints = await stack.output<Record<string, string>>("endpoints");
    const other = await fetch(`${endpoints["miner"] ?? ""}/rest/chaininfo.json`);
    expect(other.status).toBe(404);
  });
});

describe("the outputs", () => {
  it("list what is there, on 127.0.0.1, and stay the same the second time", async () => {
    expect(Object.keys(ports["alice"] ?? {}).toSorted()).toEqual([
      ...["p2p", "rest", "zmq", "zmqBlock", "zmqTx"],
    ]);
    expect(ports["miner"]).toEqual({});
    const { NetworkSettings } = await stack.container("alice").inspect();
    const published = NetworkSettings.Ports as Record<
      string,
      { HostIp: string; HostPort: string }[]
    >;
    const portOf = (name: string): string => new URL(ports["alice"]?.[name] ?? "").port;
    const [, p2p] = ports["alice"]?.["p2p"]?.split(":") ?? [];
    expect(published).toEqual({
      [`${rpcPortInContainer}/tcp`]: [{ HostIp: "127.0.0.1", HostPort: String(rpcPort) }],
      "18444/tcp": [{ HostIp: "127.0.0.1", HostPort: p2p }],
      "28332/tcp": [{ HostIp: "127.0.0.1", HostPort: portOf("zmq") }],
      "28333/tcp": [{ HostIp: "127.0.0.1", HostPort: portOf("zmqBlock") }],
      "28334/tcp": [{ HostIp: "127.0.0.1", HostPort: portOf("zmqTx") }],
    });
    await stack.expectNoChanges();
    expect(await stack.output("ports")).toEqual(ports);
  });

  it("are refused a port that somebody else has", async () => {
    await using other = await ProjectStack.create({
      nodes: JSON.stringify([
        { name: "alice" },
        {
          name: "miner",
          role: "miner",
          p2pPort: Number(ports["alice"]?.["p2p"]?.split(":")[1]),
        },
      ]),
    });
    expect(await other.upFails()).toMatch(
      /nodes\[1\]\.p2pPort: port \d+ on 127\.0\.0\.1 is taken by the container ".*alice".*; set another port, or stop it/,
    );
  });
});

/** `docker compose` is not on every machine: what it would make of the example is made by hand. */
describe("a container on the stack's network", () => {
  let env: Record<string, string>;
  beforeAll(async () => {
    const printed = await cliSucceeds("env", "--stack", stack.name, "--internal", "--json");
    ({ env } = JSON.parse(printed.trim().split("\n").at(-1) ?? "") as { env: typeof env });
  });

  /** What Node prints there. Its program is this process's, whose image may be in no registry here. */
  async function onNetwork(command: readonly string[], own: readonly string[]): Promise<string> {
    const signal = AbortSignal.timeout(limitMs);
    const container = await stack.docker.createContainer({
      Image: await baseImageOn(stack.docker, { progress: streamProgress(process.stderr), signal }),
      Cmd: [...command],
      Env: [...own],
      Labels: stackLabels(stack.name, stack.name, "temporary"),
      HostConfig: {
        NetworkMode: env["DOCKER_NETWORK"] ?? "",
        Binds: [`${process.execPath}:/usr/local/bin/node:ro`],
      },
    });
    await container.start();
    await container.wait();
    return await logTail(container, 100);
  }

  it("is asked for its balance by the example's service", async () => {
    const text = await readFile(path.join(packageFolder, "examples/compose/compose.yaml"), "utf8");
    const { services, networks } = parse(
      text.replaceAll(/\$\{(\w+)\}/g, (_, name: string) => env[name] ?? ""),
    ) as Compose;
    const { command, environment, networks: joined } = services.shop;
    expect(joined.map((name) => networks[name])).toEqual([
      { name: `${stack.prefix}regtest-network`, external: true },
    ]);
    const own = Object.entries(environment).map(([name, value]) => `${name}=${value}`);
    const balance = Number(await ask("alice", "getbalance"));
    expect(await onNetwork(command, own)).toBe(`alice has ${balance} BTC`);
  });

  it("reaches all that a node offers, by its name", async () => {
    expect(env).toMatchObject({
      ALICE_RPC_URL: "http://alice:18332",
      ALICE_P2P: "alice:18444",
      ALICE_ZMQ: "tcp://alice:28332",
      ALICE_ZMQ_BLOCK: "tcp://alice:28333",
      ALICE_ZMQ_TX: "tcp://alice:28334",
      ALICE_REST: "http://alice:18332/rest",
      MINER_P2P: "miner:18444",
    });
    expect(env).not.toHaveProperty("MINER_ZMQ");
    const addresses = Object.entries(env)
      .filter(([name]) => /^(?:ALICE|MINER)_/.test(name))
      .map(([, address]) => /([\w-]+):(\d+)/.exec(address)?.slice(1) ?? []);
    expect(addresses).toHaveLength(8);
    const program = `
      const { connect } = require("node:net");
      for (const [host, port] of ${JSON.stringify(addresses)}) {
        connect(port, host, function () { console.log("open"); this.destroy(); });
      }`;
    expect(await onNetwork(["node", "--eval", program], [])).toBe(
      Array(addresses.length).fill("open").join("\n"),
    );
  });
});

interface Compose {
  readonly services: {
    readonly shop: {
      readonly command: readonly string[];
      readonly environment: Readonly<Record<string, string>>;
      readonly networks: readonly string[];
    };
  };
  readonly networks: Readonly<Record<string, unknown>>;
}
