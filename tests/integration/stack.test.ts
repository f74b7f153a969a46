/** The main path: a stack comes up funded, and stays as it is. */
import { beforeAll, describe, expect, it } from "vitest";

import { rpcCall } from "../../bootstrap/rpc/call.ts";
import { generatePassword, rpcAuth } from "../../bootstrap/keys/rpcauth.ts";
import { label } from "../../engine/labels.ts";
import { bitcoinCli } from "../helpers/bitcoin-cli.ts";
import { defaultStack } from "../helpers/default-stack.ts";
import { ownPorts } from "../helpers/run.ts";
import type { Footprint, ProjectStack } from "../helpers/stack.ts";

interface Chain {
  height: number;
  tip: string;
  aliceAddress: string;
  fundingTxid: string;
  balances: Record<string, string>;
}

describe("a stack with the defaults", () => {
  let stack: ProjectStack;
  beforeAll(async () => {
    stack = await defaultStack();
  });

  it("has the outputs that programs rely on", async () => {
    const outputs = await stack.outputs();
    expect(Object.keys(outputs).toSorted()).toEqual(
      [
        "chain",
        "containers",
        "endpoints",
        "rpcPassword",
        "rpcUser",
        "ports",
        "services",
        "snapshots",
      ].toSorted(),
    );
    expect(outputs["ports"]?.value).toEqual({ alice: {}, miner: {} });
    expect(outputs["rpcPassword"]?.secret).toBe(true);
    expect(outputs["rpcUser"]?.value).toBe("user");
    expect(outputs["chain"]?.value).toMatchObject({
      height: 107,
      aliceAddress: "mkvAYmgqrEFEsJ9zGBi9Z87gP5rGNAu2mx",
      balances: { alice: "30.00000000", miner: "319.99998560" },
    });
  });

  it("has nodes that say the same as the outputs", async () => {
    const chain = await stack.output<Chain>("chain");
    for (const node of ["alice", "miner"]) {
      await using rpc = await stack.rpc(node);
      expect(await rpc.call("getbestblockhash")).toBe(chain.tip);
      expect(await rpc.call("getblockcount")).toBe(chain.height);
      const peers = await rpc.call("getpeerinfo");
      expect(peers.length).toBeGreaterThan(0);
    }
    await using alice = await stack.rpc("alice");
    expect(await alice.call("getbalance")).toBe(30);
    const payments = (await alice.call("listtransactions", ["Alice"])).map(({ txid, amount }) => [
      txid,
      amount,
    ]);
    expect(payments).toEqual([[chain.fundingTxid, 30]]);
  });

  it("names containers as the engine knows them, with the addresses they have now", async () => {
    const containers =
      await stack.output<Record<string, { name: string; id: string; ip: string }>>("containers");
    for (const [node, { name, id, ip }] of Object.entries(containers)) {
      const found = await stack.container(node).inspect();
      expect(found.Id).toBe(id);
      expect(found.Name).toBe(`/${name}`);
      expect(
        Object.values(found.NetworkSettings.Networks).map(({ IPAddress }) => IPAddress),
      ).toEqual([ip]);
    }
  });

  it("does not change when it is brought up again, before a refresh and after it", async () => {
    const before = await ownThings(stack);
    expect(Object.keys(await stack.up())).toEqual(["same"]);
    expect(Object.keys(await stack.up({ refresh: true }))).toEqual(["same"]);
    expect(await ownThings(stack)).toEqual(before);
  });

  it("has snapshots that start by hand, with Alice's balance, and have nothing of the stack in them", async () => {
    const [port = 0] = await ownPorts(1);
    const { alice } =
      await stack.output<Record<string, { image: string; id: string }>>("snapshots");
    const { Config } = await stack.docker.getImage(alice?.image ?? "").inspect();
    expect(Config.Cmd).toBeNull();
    expect(Config.Labels[label.stackId]).toBe("");
    expect(Config.Env.filter((entry) => !/^(PATH|HOME|RES_OPTIONS)=/.test(entry))).toEqual([]);
    const password = generatePassword();
    const container = await stack.docker.createContainer({
      Image: alice?.image ?? "",
      Cmd: [`-rpcauth=${rpcAuth("me", password)}`],
      ExposedPorts: { "18332/tcp": {} },
      HostConfig: {
        AutoRemove: true,
        PortBindings: { "18332/tcp": [{ HostIp: "127.0.0.1", HostPort: String(port) }] },
      },
    });
    await container.start();
    try {
      expect(await bitcoinCli(container, "-rpcwait", "getbalance")).toBe("30.00000000");
      const at = { port, user: "me", password, host: "127.0.0.1" };
      expect(await rpcCall("getbalance", [], at)).toBe(30);
    } finally {
      await container.remove({ force: true });
    }
  });

  it("keeps its snapshot layers under 2 MB", async () => {
    const snapshots = await stack.output<Record<string, { image: string }>>("snapshots");
    for (const { image } of Object.values(snapshots)) {
      const [layer] = (await stack.docker.getImage(image).history()) as { Size: number }[];
      expect(layer?.Size).toBeLessThan(2_000_000);
    }
  });

  it("has on the engine what it declares, under names with its prefix", async () => {
    expect(await ownThings(stack)).toEqual({
      containers: [`${stack.prefix}alice`, `${stack.prefix}miner`],
      networks: [`${stack.prefix}regtest-network`],
      volumes: ["alice", "miner"].map((node): unknown =>
        expect.stringContaining(`${stack.prefix}regtest-data-${node}-`),
      ),
      images: [
        `${stack.prefix}alice:latest`,
        `${stack.prefix}miner:latest`,
        expect.stringContaining(`${stack.prefix}regtest-bitcoind:`),
      ],
    });
  });
});

/** Without the names that a snapshot's images have for a moment while another file exports them. */
async function ownThings(stack: ProjectStack): Promise<Footprint> {
  const things = await stack.footprint();
  return { ...things, images: things.images.filter((name) => name.startsWith(stack.prefix)) };
}
