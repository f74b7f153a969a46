/** Snapshots: what was committed is what comes back, in a new stack and in the same one. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { snapshotReference } from "../../bootstrap/snapshots/names.ts";
import { cli, cliFails as fails, cliSucceeds as succeeds } from "../helpers/cli.ts";
import { nothing } from "../helpers/declared.ts";
import { ProjectStack } from "../helpers/stack.ts";
import { story } from "../helpers/story.ts";

describe("a stack with snapshots", () => {
  let stack: ProjectStack;
  /** Never up: what it is asked to begin with is refused. */
  let other: ProjectStack;
  let named: string;
  let ownName: string;
  const { test, soFar } = story();
  beforeAll(async () => {
    stack = await ProjectStack.create();
    other = await ProjectStack.create({ start: "snapshot" });
    await stack.up();
    named = `${stack.name}-named`;
    ownName = `${stack.prefix}${stack.name}`;
  });
  afterAll(async () => {
    await Promise.all([stack, other].map((each) => each[Symbol.asyncDispose]()));
  });

  async function tipOf(node: string): Promise<string> {
    await using rpc = await stack.rpc(node);
    return await rpc.call("getbestblockhash");
  }

  test("returns to its snapshot with all that made it this network", async () => {
    const before = await stack.outputs();
    const { tip } = before["chain"]?.value as { tip: string };
    await using miner = await stack.rpc("miner");
    const address = await miner.call("getnewaddress");
    await miner.call("generatetoaddress", [3, address]);
    await using alice = await stack.rpc("alice");
    await alice.call("createwallet", { wallet_name: "since", load_on_startup: true });

    await succeeds("reset", "--stack", stack.name);

    expect(await tipOf("alice")).toBe(tip);
    expect(await tipOf("miner")).toBe(tip);
    await using again = await stack.rpc("alice");
    expect(await again.call("listwallets")).toEqual(["alice"]);
    for (const node of ["alice", "miner"]) {
      const { NetworkSettings } = await stack.container(node).inspect();
      const [address] = Object.values(NetworkSettings.Networks).map(({ IPAddress }) => IPAddress);
      const declared = before["containers"]?.value as Record<string, { ip: string }>;
      expect(address).toBe(declared[node]?.ip);
    }
    expect(Object.keys(await stack.up({ refresh: true }))).toEqual(["same"]);
  });

  test("takes a named snapshot of what it is now, and says how it differs", async () => {
    await using alice = await stack.rpc("alice");
    // Not loaded at a start: whoever restores it must load it all the same.
    await alice.call("createwallet", { wallet_name: "extra", load_on_startup: false });
    await using miner = await stack.rpc("miner");
    await miner.call("generatetoaddress", [2, await miner.call("getnewaddress")]);

    await succeeds("snapshot", named, "--stack", stack.name);

    expect(await succeeds("snapshot", "list")).toContain(named);
    const { exitCode, stdout } = await cli(["snapshot", "diff", ownName, named]);
    expect(exitCode).toBe(1);
    expect(stdout).toContain(`facts.height is 109 in ${named}, 107 in ${ownName}`);
    expect(stdout).toContain(`facts.wallets.alice.extra is "0.00000000" in ${named}`);
    expect(await succeeds("snapshot", "diff", named, named)).toContain("hold the same");
  });

  test("does not take a snapshot over another one, nor under a name that is none", async () => {
    expect(await fails("snapshot", named, "--stack", stack.name)).toContain(
      "--force overwrites it",
    );
    expect(await fails("snapshot", ownName, "--stack", stack.name)).toContain("own snapshot");
    expect(await fails("snapshot", "Not A Name", "--stack", stack.name)).toContain(
      "is not a valid snapshot name",
    );
    expect(await tipOf("alice")).toBe(await tipOf("miner"));
  });

  test("overwrites a named snapshot when it is told to, and leaves no image without a name", async () => {
    await succeeds("snapshot", named, "--stack", stack.name, "--force");
    const { images } = await stack.footprint();
    expect(images.filter((name) => name.startsWith("sha256:"))).toEqual([]);
    expect(images.filter((name) => name.includes(named))).toHaveLength(2);
  });

  const taken = soFar();
  describe("and another stack that was started from one, by one command", () => {
    let restored: ProjectStack;
    let printed: string;
    beforeAll(async () => {
      await taken();
      const name = `${stack.name}-from`;
      printed = await succeeds("up", "--stack", name, "--from", named);
      restored = await ProjectStack.open(name);
    });
    afterAll(async () => {
      await restored[Symbol.asyncDispose]();
    });

    it("has the same chain and wallets, under credentials of its own", async () => {
      expect(printed).toContain("at height 109");
      await using alice = await restored.rpc("alice");
      expect(await alice.call("getbestblockhash")).toBe(await tipOf("alice"));
      expect(await alice.call("listwallets")).toEqual(["alice", "extra"]);
      expect(await alice.wallet("alice").call("getbalance")).toBe(30);
      expect(await restored.output("rpcPassword")).not.toBe(await stack.output("rpcPassword"));
    });

    it("is not in initial block download, mines on and relays", async () => {
      await using alice = await restored.rpc("alice");
      await using miner = await restored.rpc("miner");
      const { initialblockdownload, blocks } = await alice.call("getblockchaininfo");
      expect(initialblockdownload).toBe(false);
      await miner.call("generatetoaddress", [1, await miner.call("getnewaddress")]);
      expect((await alice.call("waitforblockheight", [blocks + 1, 60_000])).height).toBe(
        blocks + 1,
      );
    });

    it("goes back to the snapshot it came from, and does not change when brought up again", async () => {
      await succeeds("reset", "--stack", restored.name);
      await using alice = await restored.rpc("alice");
      expect(await alice.call("getblockcount")).toBe(109);
      await restored.expectNoChanges();
    });

    it("keeps the snapshot from being removed, and says who uses it", async () => {
      const message = await fails("snapshot", "remove", named);
      expect(message).toContain(`in use by ${restored.prefix}alice of stack ${restored.name}`);
    });

    it("does not pile up layers in its snapshots", { tags: ["long"] }, async () => {
      const second = `${restored.name}-second`;
      await succeeds("snapshot", second, "--stack", restored.name);
      const layersOf = async (snapshot: string): Promise<number | undefined> => {
        const image = restored.docker.getImage(snapshotReference(snapshot, "alice"));
        return (await image.inspect()).RootFS.Layers?.length;
      };
      expect(await layersOf(second)).toBe(await layersOf(named));
      {
        await using third = await ProjectStack.create({ start: "snapshot", snapshot: second });
        await third.up();
        await using alice = await third.rpc("alice");
        expect(await alice.call("getblockcount")).toBe(109);
      }
      await succeeds("snapshot", "remove", second);
    });

    it("does not take the snapshot along when it goes", async () => {
      await restored.destroy();
      expect(await restored.footprint()).toEqual(nothing);
      expect(await succeeds("snapshot", "list")).toContain(named);
    });
  });

  /** The update of a stack that is to begin with this snapshot fails with these words, before anything is made. */
  async function isRefused(snapshot: string, message: string): Promise<void> {
    await other.configure({ snapshot });
    expect(await other.upFails()).toContain(message);
    expect(await other.footprint()).toEqual(nothing);
  }

  it("is refused a snapshot that is not there, before anything is made", () =>
    isRefused("no-such-snapshot", 'snapshot: there is no snapshot "no-such-snapshot"'));

  const complete = soFar();
  const long = { tags: ["long"] };
  // Why images are no snapshot: tests/unit/bootstrap/snapshots/share/archive.test.ts.
  it(
    "is refused a snapshot of which a node is missing, or another node's image",
    long,
    async () => {
      await complete();
      const [alice, miner] = ["alice", "miner"].map((node) => snapshotReference(named, node));
      const { Id } = await stack.docker.getImage(alice ?? "").inspect();
      try {
        await stack.docker
          .getImage(miner ?? "")
          .tag({ repo: `regtest-snapshot/${named}`, tag: "alice" });
        await isRefused(named, "has no image of alice");
      } finally {
        await stack.docker.getImage(Id).tag({ repo: `regtest-snapshot/${named}`, tag: "alice" });
      }
    },
  );

  it("is refused a snapshot whose manifest was altered", long, async () => {
    await complete();
    const altered = `${named}-altered`;
    const container = await stack.docker.createContainer({
      Image: snapshotReference(named, "alice"),
    });
    const { Config } = await container.inspect();
    const manifest = Config.Labels["regtest-network.manifest"] ?? "";
    await container.commit({
      _query: { container: container.id, repo: `regtest-snapshot/${altered}`, tag: "alice" },
      _body: {
        Labels: {
          "regtest-network.snapshot": altered,
          "regtest-network.manifest": manifest.replace("30.00000000", "31.00000000"),
        },
      },
    });
    await container.remove();
    try {
      await isRefused(altered, "its manifest was altered");
    } finally {
      await stack.docker.getImage(snapshotReference(altered, "alice")).remove();
    }
  });

  test("goes down with its own snapshot, and leaves the named one until it is removed", async () => {
    await stack.destroy();
    expect((await stack.footprint()).images).toHaveLength(2);
    await succeeds("snapshot", "remove", named);
    expect((await stack.footprint()).images).toEqual([]);
    expect(await fails("snapshot", "show", named)).toContain(`there is no snapshot "${named}"`);
  });
});

describe("a stack that keeps its snapshots", { tags: ["long"] }, () => {
  it("leaves them when it is destroyed", async () => {
    await using stack = await ProjectStack.create({ keepSnapshots: "true" });
    await stack.up();
    await stack.destroy();
    const { images } = await stack.footprint();
    expect(images).toEqual([`${stack.prefix}alice:latest`, `${stack.prefix}miner:latest`]);
  });
});
