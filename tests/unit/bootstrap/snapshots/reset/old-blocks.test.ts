import { describe, expect, it } from "vitest";

import type { Node } from "../../../../../bootstrap/nodes/node.ts";
import {
  type OldBlocks,
  outsidersText,
  refuseOldBlocks,
} from "../../../../../bootstrap/snapshots/reset/old-blocks.ts";

const old: OldBlocks = {
  outsiders: [{ node: "alice", agent: "/btcwire:0.5.0/btcd:0.24.2/", address: "172.18.0.1:4242" }],
  height: 110,
  refusable: true,
  chains: [
    [
      { height: 106, hash: "shared", header: "00" },
      { height: 107, hash: "other", header: "01" },
      { height: 108, hash: "later", header: "02" },
    ],
    [{ height: 108, hash: "mined", header: "03" }],
    [{ height: 108, hash: "mined", header: "03" }],
  ],
};

/** What a node is told whose chain ends at 107, with "shared" at 106. */
async function told(blocks: OldBlocks): Promise<unknown[]> {
  const calls: unknown[] = [];
  const call = (method: string, params: readonly unknown[] = []): Promise<unknown> => {
    if (method === "getblockcount") return Promise.resolve(107);
    if (method === "getblockhash") return Promise.resolve(params[0] === 106 ? "shared" : "tip");
    calls.push([method, ...params]);
    return Promise.resolve(null);
  };
  const node = { name: "alice", rpc: { call } } as unknown as Node;
  const signal = AbortSignal.timeout(1_000);
  const nothing = (): void => undefined;
  await refuseOldBlocks(
    { nodes: [node], connect: [], limitMs: 1_000, signal, report: nothing, count: nothing },
    blocks,
  );
  return calls;
}

describe("old blocks", () => {
  it("are refused from the first one on that a node does not have, on each chain, once", async () => {
    expect(await told(old)).toEqual([
      ["submitheader", "01"],
      ["invalidateblock", "other"],
      ["submitheader", "03"],
      ["invalidateblock", "mined"],
    ]);
  });

  it("are not refused where the same ones may be mined once more", async () => {
    expect(await told({ ...old, refusable: false })).toEqual([]);
  });

  it("are told with the peers that have them, and what becomes of it", () => {
    const who =
      "alice has a peer outside the stack: /btcwire:0.5.0/btcd:0.24.2/ at 172.18.0.1:4242";
    expect(outsidersText(old, { height: 107 })).toEqual([
      who,
      "The nodes reject its old blocks; it follows the new chain when that is longer than the old one (height 110)",
    ]);
    expect(outsidersText({ ...old, refusable: false }, { height: 107 })).toEqual([
      who,
      "It may bring the old blocks back, since the nodes' clocks stand still and they may mine the same ones again: reset it to height 107 too, or stop it",
    ]);
  });
});
