/** What the program declares, by Pulumi's mocks; what comes of it on an engine: tests/integration. */
import { afterEach, describe, expect, it, vi } from "vitest";

import { packageFolder } from "../../../base/files/paths.ts";
import {
  declaredBy,
  type DeclaredProgram,
  type DeclaredResource,
  generatedPassword,
} from "../../helpers/declared-program.ts";

// Its files are bundled anew for each program that is declared here.
vi.mock("../../../bootstrap/plan/explorer-image.ts", () => ({
  explorerContext: () => "images/explorer",
}));

afterEach(() => {
  vi.unstubAllEnvs();
  // The files of a worker share modules: those that have the mock are no other file's.
  vi.resetModules();
});

const container = "docker:index/container:Container";
const image = "docker:index/remoteImage:RemoteImage";

function named({ resources }: DeclaredProgram, type: string): string[] {
  return resources.filter((made) => made.type === type).map(({ name }) => name);
}

function nodeOf({ resources }: DeclaredProgram, node: string): DeclaredResource["inputs"] {
  const found = resources.find(
    ({ type, name }) => type === container && name === `regtest-${node}`,
  );
  if (found === undefined) throw new Error(`the program declares no container ${node}`);
  return found.inputs;
}

/** As the Docker provider takes them. */
function labelsOf(inputs: DeclaredResource["inputs"]): Record<string, string> {
  const labels = inputs["labels"] as { label: string; value: string }[];
  return Object.fromEntries(labels.map(({ label, value }) => [label, value]));
}

describe("by default", () => {
  it("declares an image, a network, two nodes with a volume each, their history, and its snapshot", async () => {
    const { resources } = await declaredBy();
    const declared = resources.map(({ type, name }) => `${type} ${name}`);
    expect(declared.toSorted()).toEqual([
      "docker:index/container:Container regtest-alice",
      "docker:index/container:Container regtest-miner",
      "docker:index/network:Network regtest-network",
      "docker:index/remoteImage:RemoteImage regtest-bitcoind",
      "docker:index/volume:Volume regtest-alice",
      "docker:index/volume:Volume regtest-miner",
      "pulumi:providers:docker regtest-engine",
      "regtest:index:BitcoinNode regtest-alice",
      "regtest:index:BitcoinNode regtest-miner",
      "regtest:index:Bootstrap regtest-bootstrap",
      "regtest:index:Claim regtest-claim",
      "regtest:index:RegtestNetwork regtest",
      "regtest:index:Snapshot regtest-snapshot",
    ]);
  });

  it("names no folder of the machine, so that a checkout that moves replaces nothing", async () => {
    const scenario = "examples/scenario.ts";
    const nodes = JSON.stringify([
      { name: "alice", role: "miner" },
      { name: "bob", image: { core: "29.0" } },
      { name: "carol", image: { external: "bitcoind:any" } },
    ]);
    for (const config of [{ scenario }, { nodes }]) {
      const { resources } = await declaredBy(config);
      expect(JSON.stringify(resources)).not.toContain(packageFolder);
    }
  });

  it("publishes a node's RPC on 127.0.0.1, and nothing else", async () => {
    const program = await declaredBy();
    expect(nodeOf(program, "alice")["ports"]).toEqual([
      { internal: 18332, external: 18332, ip: "127.0.0.1" },
    ]);
    expect(nodeOf(program, "miner")["ports"]).toEqual([
      { internal: 18332, external: 18342, ip: "127.0.0.1" },
    ]);
  });

  it("gives no container a right, nor a place to write to but its volume and memory", async () => {
    const program = await declaredBy({ autoMine: "10s" });
    expect(program.of(container)).toHaveLength(3);
    for (const inputs of program.of(container)) {
      expect(inputs).toMatchObject({
        // The auto-miner is told its address in a file.
        ...(inputs["name"] !== "auto-miner" && { readOnly: true }),
        tmpfs: { "/tmp": "" },
        capabilities: { drops: ["ALL"] },
        securityOpts: ["no-new-privileges"],
      });
      expect(inputs).not.toHaveProperty("privileged");
    }
  });

  it("tells the password to the resources that ask nodes, and to the outputs as a secret", async () => {
    const { resources, outputs, secretOutputs } = await declaredBy();
    const told = resources.filter(({ inputs }) =>
      JSON.stringify(inputs).includes(generatedPassword),
    );
    expect(told.map(({ name }) => name).toSorted()).toEqual([
      "regtest-bootstrap",
      "regtest-snapshot",
    ]);
    expect(outputs["rpcPassword"]).toBe(generatedPassword);
    expect(secretOutputs).toEqual(["rpcPassword"]);
  });

  it("labels all that it makes on the engine with the stack, its id and what it is", async () => {
    const { of } = await declaredBy({ autoMine: "10s" });
    const kinds = (type: string): (string | undefined)[] =>
      of(type).map((inputs) => {
        const labels = labelsOf(inputs);
        expect(labels).toMatchObject({
          "regtest-network.id": "0123456789abcdef",
          "regtest-network.stack": "declared",
        });
        return labels["regtest-network.kind"];
      });
    expect(kinds(container).toSorted()).toEqual(["node", "node", "service"]);
    expect(kinds("docker:index/network:Network")).toEqual(["network"]);
    expect(kinds("docker:index/volume:Volume")).toEqual(["volume", "volume"]);
    expect(of(image).map(({ build }) => (build as { labels: object }).labels)).toEqual([
      expect.objectContaining({ "regtest-network.kind": "image" }),
    ]);
  });

  it("has the outputs that programs rely on", async () => {
    const { outputs } = await declaredBy();
    expect(outputs).toMatchObject({
      endpoints: { alice: "http://127.0.0.1:18332", miner: "http://127.0.0.1:18342" },
      ports: { alice: {}, miner: {} },
      rpcUser: "user",
      chain: { height: 107, tip: "tip", aliceAddress: "hers", fundingTxid: "of 30" },
      containers: {
        alice: { name: "alice", id: "regtest-alice-id", ip: "172.18.0.2" },
        miner: { name: "miner", id: "regtest-miner-id", ip: "172.18.0.3" },
      },
    });
  });
});

describe("with", () => {
  it("a prefix, it is on every name that the engine knows", async () => {
    const { resources } = await declaredBy({ prefix: "mine-", autoMine: "10s" });
    const onEngine = resources.filter(({ type }) => /^docker:index/.test(type));
    const names = onEngine.map(({ inputs }) => String(inputs["name"]));
    expect(names).toHaveLength(7);
    expect(names.filter((name) => !name.startsWith("mine-"))).toEqual([]);
  });

  it("a node of its own ports and arguments, the container has them", async () => {
    const nodes = JSON.stringify([
      { name: "miner", role: "miner" },
      ...[{ name: "bob", rpcPort: 2001, zmqPort: 2002, p2pPort: 2003, arguments: ["-txindex"] }],
    ]);
    const program = await declaredBy({ nodes });
    const bob = nodeOf(program, "bob");
    expect(bob["ports"]).toEqual(
      expect.arrayContaining([
        { internal: 18332, external: 2001, ip: "127.0.0.1" },
        { internal: 28332, external: 2002, ip: "127.0.0.1" },
        { internal: 18444, external: 2003, ip: "127.0.0.1" },
      ]),
    );
    expect(bob["ports"]).toHaveLength(3);
    expect(bob["command"]).toEqual(expect.arrayContaining(["-uacomment=bob", "-txindex"]));
    expect(program.outputs["ports"]).toMatchObject({
      miner: {},
      bob: { p2p: "127.0.0.1:2003" },
    });
  });

  it("nodes in a line, each dials one it is connected to, and nobody is dialled twice", async () => {
    const names = ["alice", "bob", "miner"];
    const nodes = names.map((name) => ({ name, ...(name === "miner" && { role: "miner" }) }));
    const program = await declaredBy({ nodes: JSON.stringify(nodes), connect: "line" });
    const dialled = names.flatMap((name) =>
      (nodeOf(program, name)["command"] as string[])
        .filter((argument) => argument.startsWith("-addnode="))
        .map((argument) => [name, argument.slice("-addnode=".length)].toSorted().join(" - ")),
    );
    expect(dialled.toSorted()).toEqual(["alice - bob", "bob - miner"]);
  });

  it("nodes of other bitcoinds, there is one image for each kind", async () => {
    const nodes = [
      { name: "alice", image: { external: "theirs:1" } },
      { name: "bob", image: { core: "29.0" } },
      { name: "carol", image: { core: "29.0" } },
      { name: "miner", role: "miner" },
    ];
    const program = await declaredBy({ nodes: JSON.stringify(nodes) });
    const images = named(program, image);
    expect(images).toHaveLength(3);
    expect(images).toContain("regtest-bitcoind");
    expect(named(program, "regtest:index:CoreRelease")).toEqual(["regtest-core-29.0"]);
    const imageOf = (node: string): unknown => nodeOf(program, node)["image"];
    expect(imageOf("bob")).toBe(imageOf("carol"));
    expect(new Set(["alice", "bob", "miner"].map(imageOf)).size).toBe(3);
  });

  it("blocks that mine themselves, one more container with neither ports nor password", async () => {
    const program = await declaredBy({ autoMine: "10s", mockTime: "2025-01-01" });
    const miner = nodeOf(program, "auto-miner");
    expect(miner["ports"]).toEqual([]);
    expect(miner["command"]).toEqual([
      ...["10", "/regtest-network/mining-address", "107"],
      ...["-uacomment=auto-miner", "-connect=miner"],
      "-mocktime=1735689600",
    ]);
    expect(JSON.stringify(miner)).not.toMatch(/rpc(auth|user|password)/);
  });

  it("a service, it is made, not started, and in the snapshot; one that mines is in none", async () => {
    const services = JSON.stringify([
      {
        name: "lnd1",
        image: "lnd:1",
        command: ["--rpc={{alice.rpc}}"],
        environment: { URL: "{{alice.credentialsUrl}}" },
        ports: { rest: 8080 },
        state: ["/data"],
        ...{ memory: 64, cpus: 0.05 },
      },
    ]);
    const program = await declaredBy({ services, autoMine: "10s" });
    expect(nodeOf(program, "lnd1")).toMatchObject({
      ...{ start: false, mustRun: false, command: ["--rpc=alice:18332"] },
      envs: [`URL=http://user:${generatedPassword}@alice:18332`],
      ports: [{ internal: 8080, external: 20000, ip: "127.0.0.1" }],
      volumes: [{ containerPath: "/data" }],
      ...{ memory: 64, memorySwap: 128, cpuPeriod: 100_000, cpuQuota: 5_000 },
    });
    const names = (type: string): unknown =>
      program
        .of(`regtest:index:${type}`)
        .map(({ services }) => (services as { name: string }[]).map(({ name }) => name));
    expect(names("Bootstrap")).toEqual([["lnd1"]]);
    expect(names("Snapshot")).toEqual([["lnd1"]]);
    expect(names("Services")).toEqual([["lnd1", "auto-miner"]]);
    expect(program.outputs["services"]).toMatchObject({ lnd1: { rest: "http://127.0.0.1:20000" } });
  });

  it("hosts, each service is made on its own, of an image that is brought there", async () => {
    const hosts = ["one", "two", "three"].map((name) => ({ name, engine: `ssh://me@${name}` }));
    const program = await declaredBy({
      hosts: JSON.stringify(hosts),
      nodes: JSON.stringify([
        { name: "alice", host: "one" },
        { name: "miner", role: "miner", host: "three" },
      ]),
      services: JSON.stringify([
        { name: "shop", image: "shop:1", state: ["/data"], host: "two" },
        { name: "till", image: "till:1" },
      ]),
      autoMine: "10s",
      crowd: JSON.stringify({ replicas: 2, host: "two" }),
    });
    const engines = program.resources
      .filter(({ type }) => type === container)
      .map(({ name, provider = "" }) => [name, provider.split("::")[3]]);
    expect(Object.fromEntries(engines)).toEqual({
      "regtest-alice": "regtest-engine",
      "regtest-shop": "regtest-engine-two",
      "regtest-till": "regtest-engine",
      "regtest-miner": "regtest-engine-three",
      "regtest-auto-miner": "regtest-engine-three",
    });
    // With what empties its state, which is that of the crowd too.
    expect(named(program, "regtest:index:HostImage").toSorted()).toEqual([
      "regtest-bitcoind-on-three",
      "regtest-bitcoind-on-two",
      "regtest-service-shop-on-two",
    ]);
    const [claim] = program.of("regtest:index:Claim");
    expect(claim?.["crowdHosts"]).toEqual(["two"]);
    expect(claim?.["services"]).toMatchObject([
      { name: "shop", host: "two" },
      { name: "till", host: "one" },
      { name: "auto-miner", host: "three" },
    ]);
  });

  it("an explorer, it is a service on an image of this package, that may write nowhere and shows no password", async () => {
    const explorer = JSON.stringify({ node: "miner", ports: { http: 3000 } });
    for (const config of [{ explorer: "true" }, { explorer }]) {
      const program = await declaredBy(config);
      const made = nodeOf(program, "explorer");
      expect(made).toMatchObject({
        ...{ start: false, mustRun: false, readOnly: true, tmpfs: { "/tmp": "" } },
        capabilities: { drops: ["ALL"] },
        securityOpts: ["no-new-privileges"],
        volumes: [{ containerPath: "/regtest-network" }],
        networksAdvanced: [{ aliases: ["explorer"] }],
      });
      expect(JSON.stringify(made)).not.toContain(generatedPassword);
      const inputs = program.of(image).find(({ name }) => /-service-explorer:/.test(String(name)));
      expect(inputs).toMatchObject({ build: { context: "images/explorer" } });
      const names = program
        .of("regtest:index:Snapshot")
        .map(({ services }) => (services as { name: string }[]).map(({ name }) => name));
      expect(names).toEqual([["explorer"]]);
    }
    const program = await declaredBy({ explorer });
    expect(nodeOf(program, "explorer")).toMatchObject({
      command: expect.arrayContaining(["--node=http://miner:18332"]) as unknown,
      ports: [
        { internal: 3000, external: 3000, ip: "127.0.0.1" },
        { internal: 50001, external: 20001, ip: "127.0.0.1" },
      ],
    });
    expect(program.outputs["services"]).toMatchObject({
      explorer: { http: "http://127.0.0.1:3000", electrum: "tcp://127.0.0.1:20001" },
    });
    expect(program.of("regtest:index:Claim")[0]).toMatchObject({
      services: [{ ports: [{ key: "explorer.ports.http" }, { key: "explorer.ports.electrum" }] }],
    });
    expect(named(await declaredBy({ explorer: "false" }), image)).toEqual(["regtest-bitcoind"]);
  });

  it("a fresh block, it is one more resource on the same chain, and the guards know of it", async () => {
    const without = await declaredBy();
    expect(named(without, "regtest:index:FreshBlock")).toEqual([]);
    expect(without.of("regtest:index:Claim")[0]).not.toHaveProperty("freshBlock");
    const { of, outputs } = await declaredBy({ freshBlock: "true" });
    const chain = { height: 107, tip: "tip" };
    expect(of("regtest:index:FreshBlock")).toMatchObject([{ chain }]);
    for (const type of ["Claim", "Bootstrap"])
      expect(of(`regtest:index:${type}`)).toMatchObject([{ freshBlock: true }]);
    expect(of("regtest:index:Snapshot")).toEqual(without.of("regtest:index:Snapshot"));
    expect(outputs["chain"]).toMatchObject({ freshBlock: { height: 108, hash: "fresh" } });
  });

  it("a mock time that YAML reads as a time, it is the one that was written", async () => {
    const program = await declaredBy({ mockTime: "2025-01-01 12:00:00 +0000 UTC" });
    expect(nodeOf(program, "alice")["command"]).toContain("-mocktime=1735732800");
  });

  it("a snapshot to start from, no image is built and no snapshot made", async () => {
    const program = await declaredBy({ start: "snapshot", snapshot: "funded" });
    expect(program.of(image)).toEqual([]);
    expect(named(program, "regtest:index:Snapshot")).toEqual([]);
    expect(program.of("regtest:index:Source")).toMatchObject([{ snapshot: "funded" }]);
    expect(nodeOf(program, "alice")["image"]).toBe("sha256:of-alice");
    expect(program.of("regtest:index:Bootstrap")[0]).not.toHaveProperty("plan");
  });

  it("another chain, the volumes have another name, and with the same one the same", async () => {
    const volumes = async (config: Record<string, string>): Promise<unknown[]> =>
      (await declaredBy(config)).of("docker:index/volume:Volume").map(({ name }) => name);
    const before = await volumes({});
    expect(
      await volumes({ rpcUser: "somebody", autoMine: "1h", timeout: "61", freshBlock: "true" }),
    ).toEqual(before);
    for (const config of [{ blocks: "102" }, { walletSeed: "other" }, { amount: "29" }]) {
      const after = await volumes(config);
      expect(after.filter((name) => before.includes(name))).toEqual([]);
    }
  });

  it("a password that is set as a secret, it is the claim's; in clear text it is refused unseen", async () => {
    const config = { rpcPassword: "correct-horse" };
    const { of, outputs } = await declaredBy(config, ["rpcPassword"]);
    expect(of("regtest:index:Claim")).toMatchObject([config]);
    expect(outputs["rpcPassword"]).toBe("correct-horse");
    const refused = declaredBy(config);
    await expect(refused).rejects.toThrow("rpcPassword: it is set in clear text");
    await expect(refused).rejects.not.toThrow("correct-horse");
  });

  it("config that cannot work, all problems are told and nothing is declared", async () => {
    await expect(declaredBy({ blocks: "100", amount: "0" })).rejects.toThrow(
      /blocks: 100 is not allowed[^]*amount: "0" is not allowed/,
    );
  });
});
