import { describe, expect, it } from "vitest";

import { refuseInvalidated } from "../../../../bootstrap/chain/invalidated.ts";
import type { Node } from "../../../../bootstrap/nodes/node.ts";
import { FakeChain } from "../../../helpers/fake-chain.ts";

function node(name: string, chain: FakeChain): Node {
  const call = (method: string, params: readonly unknown[] = []): Promise<unknown> =>
    Promise.resolve(chain.answer(method, params));
  return { name, rpc: { call } } as unknown as Node;
}

describe("a node that is behind", () => {
  const old = ["genesis", "a1", "a2", "a3"];

  it("is refused where it rejects the blocks that it lacks, with the command that takes it back", async () => {
    const chain = new FakeChain(old, ["genesis", "a1", "b2"]);
    chain.answer("invalidateblock", ["a2"]);
    const behind = node("miner", chain);
    await expect(
      // It never hears of the last two.
      refuseInvalidated(behind, node("alice", new FakeChain([...old, "a4", "a5"]))),
    ).rejects.toThrow(
      /miner rejects the chain of alice from block a2 at height 2 on.*npm run -s cli -- miner reconsiderblock a2$/,
    );
    // The last block of the branch that it knows was replaced by others.
    await expect(
      refuseInvalidated(behind, node("alice", new FakeChain(["genesis", "a1", "a2", "c3", "c4"]))),
    ).rejects.toThrow("reconsiderblock a2");
  });

  it("is not where it rejects others, and where it has caught up", async () => {
    const chain = new FakeChain(old, ["genesis", "a1", "b2"]);
    chain.answer("invalidateblock", ["a2"]);
    const behind = node("miner", chain);
    const ahead = node("alice", new FakeChain(["genesis", "a1", "b2", "b3", "b4"]));
    await refuseInvalidated(behind, ahead);
    await refuseInvalidated(behind, node("alice", new FakeChain(["genesis", "a1", "b2"])));
  });
});
