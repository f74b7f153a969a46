import { afterEach, describe, expect, it } from "vitest";

import type { Node } from "../../../../bootstrap/nodes/node.ts";
import type { Run } from "../../../../bootstrap/nodes/run.ts";
import { RpcClient } from "../../../../bootstrap/rpc/client.ts";
import { replaceBlocks } from "../../../../bootstrap/verbs/reorg.ts";
import { FakeChain } from "../../../helpers/fake-chain.ts";
import {
  hang,
  result,
  rpcError,
  startStub,
  type StubServer,
  type Turn,
} from "../../../helpers/stub-server.ts";

const others: Readonly<Record<string, unknown>> = {
  ...{ getpeerinfo: [], getaddednodeinfo: [], getnetworkinfo: { networkactive: true } },
  ...{ getnewaddress: "address", getrpcinfo: { active_commands: [] } },
};

let stub: StubServer;
afterEach(() => stub[Symbol.asyncDispose]());

/** Replaces blocks of a network of one node. @param special method → another answer than that of the chain */
async function reorg(
  chain: FakeChain,
  depth: number,
  special: Readonly<Record<string, Turn>> = {},
  { signal } = new AbortController(),
): Promise<unknown> {
  stub = await startStub([
    (request, response) => {
      const { method, params } = request;
      const answer =
        special[method] ?? result(others[method] ?? chain.answer(method, params as []));
      answer(request, response);
    },
  ]);
  const credentials = { user: "u", password: "p" };
  await using rpc = new RpcClient({ url: stub.url, ...credentials, signal });
  const miner = { name: "miner", role: "miner", ip: "", credentials, rpc, wallet: rpc };
  const run: Run = {
    ...{ nodes: [miner as unknown as Node], connect: [], limitMs: 5_000, signal },
    ...{ report: () => undefined, count: () => undefined },
  };
  return await replaceBlocks(run, depth);
}

function asked(method: string): unknown[] {
  return stub.requests.filter((request) => request.method === method).map(({ params }) => params);
}

describe("a reorg", () => {
  const before = ["genesis", "a1", "a2", "a3"];

  it("puts one block more in the place of the last ones, and leaves none that the node rejects", async () => {
    const chain = new FakeChain(before);
    await expect(reorg(chain, 2)).resolves.toMatchObject({
      replaced: ["a2", "a3"],
      mined: { length: 3 },
    });
    expect(chain.best.slice(0, 2)).toEqual(["genesis", "a1"]);
    expect(chain.best).toHaveLength(5);
    expect(asked("reconsiderblock")).toEqual([["a2"]]);
  });

  it("goes on from the block below them where the node knows other branches too", async () => {
    const chain = new FakeChain(before, ["genesis", "a1", "b2"], ["genesis", "c1", "c2"]);
    await reorg(chain, 2);
    expect(chain.best.slice(0, 2)).toEqual(["genesis", "a1"]);
    expect(chain.best).toHaveLength(5);
    expect(chain.best).not.toContain("b2");
  });

  it("changes nothing without a wallet that it can mine to", async () => {
    const chain = new FakeChain(before);
    await expect(
      reorg(chain, 1, { getnewaddress: rpcError(-18, "Requested wallet does not exist") }),
    ).rejects.toThrow("Requested wallet does not exist");
    expect(asked("invalidateblock")).toEqual([]);
  });

  it("is taken back when it is interrupted or fails", async () => {
    const chain = new FakeChain(before);
    const interrupt = new AbortController();
    const generateblock: Turn = (request, response) => {
      interrupt.abort(new Error("stopped by SIGINT"));
      hang(request, response);
    };
    await expect(reorg(chain, 2, { generateblock }, interrupt)).rejects.toThrow(
      "stopped by SIGINT",
    );
    expect(chain.best).toEqual(before);
    await stub[Symbol.asyncDispose]();

    await expect(reorg(chain, 2, { generateblock: rpcError(-1, "no block") })).rejects.toThrow(
      "no block",
    );
    expect(chain.best).toEqual(before);
  });
});
