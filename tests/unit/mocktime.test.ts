import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { type Clocks, chainBegin, withClocks } from "../../bootstrap/mocktime.ts";
import type { Node } from "../../bootstrap/node.ts";
import { RpcClient } from "../../bootstrap/rpc/client.ts";
import type { Run } from "../../bootstrap/run.ts";
import { type StubServer, result, rpcError, startStub } from "../helpers/stub-server.ts";

describe("withClocks", () => {
  let alice: StubServer;
  let miner: StubServer;
  beforeEach(async () => {
    alice = await startStub([result(null)]);
    miner = await startStub([result(null)]);
  });
  afterEach(async () => {
    vi.useRealTimers();
    await alice[Symbol.asyncDispose]();
    await miner[Symbol.asyncDispose]();
  });

  /** What each node was told, around the work. */
  async function told(
    clocks: Clocks,
    work: () => Promise<string> = () => Promise.resolve("done"),
  ): Promise<{ alice: unknown[]; miner: unknown[] }> {
    const clients = [alice, miner].map(
      ({ url }) => new RpcClient({ url, user: "u", password: "p" }),
    );
    const nodes = clients.map((rpc, index) => ({ role: index === 0 ? "peer" : "miner", rpc }));
    const run: Run = {
      nodes: nodes as unknown as Node[],
      limitMs: 1_000,
      signal: new AbortController().signal,
      report: () => undefined,
    };
    try {
      expect(await withClocks(run, clocks, work)).toBe("done");
    } finally {
      await Promise.all(clients.map((rpc) => rpc.close()));
    }
    return { alice: paramsOf(alice), miner: paramsOf(miner) };
  }

  it("stops the miner's clock at the chain's begin, and lets it go on afterwards", async () => {
    expect(await told({ reproducible: true })).toEqual({ alice: [], miner: [[chainBegin], [0]] });
  });

  it("stops all clocks for good at a mock time", async () => {
    const mockTime = 1_700_000_000;
    for (const reproducible of [true, false]) {
      expect((await told({ reproducible, mockTime })).alice.at(-1)).toEqual([mockTime]);
      expect(paramsOf(miner).at(-1)).toEqual([mockTime]);
    }
    expect(paramsOf(miner)).toHaveLength(2);
  });

  it("leaves the clocks of another chain on every run alone", async () => {
    expect(await told({ reproducible: false })).toEqual({ alice: [], miner: [] });
  });

  it("tells what the work failed of, and lets the clock go on if it can", async () => {
    const work = (): Promise<string> => Promise.reject(new Error("no coins"));
    await expect(told({ reproducible: true }, work)).rejects.toThrow("no coins");
    expect(paramsOf(miner)).toEqual([[chainBegin], [0]]);
    await miner[Symbol.asyncDispose]();
    miner = await startStub([result(null), rpcError(-8, "no such time")]);
    await expect(told({ reproducible: true }, work)).rejects.toThrow("no coins");
  });

  it("refuses a machine whose clock is behind the chain", async () => {
    vi.useFakeTimers({ toFake: ["Date"], now: 0 });
    await expect(told({ reproducible: true })).rejects.toThrow(
      "the clock of this machine shows 1970-01-01T00:00:00Z, and the chain begins at 2025-01-01T00:00:00Z: set the clock",
    );
    expect(paramsOf(miner)).toEqual([]);
  });
});

function paramsOf({ requests }: StubServer): unknown[] {
  return requests.map(({ method, params }) => {
    expect(method).toBe("setmocktime");
    return params;
  });
}
