/** What is a change of the resources on the nodes, and what is none: another history, the same one with other nodes, leave to lose blocks. */
import { describe, expect, it } from "vitest";

import { bootstrapHandler } from "../../../../provider/regtest/bootstrap-handler.ts";
import { claimHandler } from "../../../../provider/regtest/claim-handler.ts";
import { type ChainFacts, withNodesOf } from "../../../../bootstrap/chain/facts.ts";
import { UNKNOWN } from "../../../../provider/server/handler.ts";

const alice = { name: "alice", role: "peer", containerId: "1" };
const miner = { name: "miner", role: "miner", containerId: "2" };
const context = {
  urn: "",
  signal: AbortSignal.timeout(10_000),
  status: () => undefined,
  info: () => undefined,
  warn: () => undefined,
};

describe("a bootstrap", () => {
  it.each<[string, unknown, string]>([
    ["a node came", [alice, miner, { ...alice, name: "bob", containerId: "3" }], "update"],
    ["a node is going to come", [alice, miner, UNKNOWN], "update"],
    ["a node went", [miner], "update"],
    ["a container was made anew", [alice, { ...miner, containerId: "3" }], "update"],
    ["a container is going to be made anew", [UNKNOWN, miner], "update"],
    ["nothing is known of the nodes", UNKNOWN, "update"],
    ["all containers are going to be made anew", [UNKNOWN, UNKNOWN], "update"],
    [
      "all containers were made anew",
      [
        { ...alice, containerId: "3" },
        { ...miner, containerId: "4" },
      ],
      "update",
    ],
  ])("when %s", async (_what, nodes, kind) => {
    const olds = { nodes: [alice, miner], timeout: 60 };
    const news = { ...olds, nodes };
    const { detailed } = await bootstrapHandler.diff(
      "",
      { broken: [], miningAddress: "bcrt1" },
      olds,
      news,
      context,
    );
    expect(detailed).toEqual({ nodes: kind });
  });
});

describe("leave to discard blocks", () => {
  const inputs = { nodes: [], connect: [], timeout: 60 };
  const allowed = { ...inputs, discardBlocks: true };
  const forbidden = { ...inputs, discardBlocks: false };
  const state = { broken: [], nodes: [], miningAddress: "bcrt1" };

  it.each([
    ["given", inputs, allowed],
    ["taken back", allowed, forbidden],
  ])("is no change of a resource when it is %s", async (_what, olds, news) => {
    expect(await bootstrapHandler.diff("", state, olds, news, context)).toEqual({ detailed: {} });
    expect(await claimHandler.diff("", state, olds, news, context)).toEqual({ detailed: {} });
  });

  it("is recorded by no claim, so that it is of one run", async () => {
    const claim = { ...allowed, rpcUser: "user", rpcPassword: "secret", stackId: "id" };
    const { state } = await claimHandler.create(claim, context);
    expect(state).not.toHaveProperty("discardBlocks");
  });
});

describe("a bootstrap of an earlier version", () => {
  it("is updated, to know where the miner mines to", async () => {
    const inputs = { nodes: [alice, miner] };
    const { detailed } = await bootstrapHandler.diff("", { broken: [] }, inputs, inputs, context);
    expect(detailed).toEqual({ miningAddress: "update" });
  });
});

describe("withNodesOf", () => {
  const recorded: ChainFacts = {
    height: 107,
    tip: "aa",
    muhash: "bb",
    wallets: { alice: { alice: "30" }, miner: { miner: "1" } },
    peers: { alice: ["miner"], miner: ["alice"] },
  };

  it("keeps what was recorded of the chain and of the nodes that stay", () => {
    const seen: ChainFacts = {
      height: 110,
      tip: "cc",
      muhash: "dd",
      wallets: { alice: { alice: "29", savings: "1", mine: "5" }, bob: { bob: "0" } },
      peers: { alice: ["bob"], bob: ["alice"] },
    };
    const nodes = [{ name: "alice", wallets: ["savings"] }, { name: "bob" }];
    expect(withNodesOf(recorded, seen, nodes)).toEqual({
      height: 107,
      tip: "aa",
      muhash: "bb",
      wallets: { alice: { alice: "30", savings: "1" }, bob: { bob: "0" } },
      peers: { alice: ["bob"], bob: ["alice"] },
    });
  });
});
