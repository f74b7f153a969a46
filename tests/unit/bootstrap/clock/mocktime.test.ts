import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import {
  atTime,
  chainBegin,
  furthestAhead,
  genesisTime,
  setClocks,
} from "../../../../bootstrap/clock/mocktime.ts";
import type { Node } from "../../../../bootstrap/nodes/node.ts";
import { RpcClient } from "../../../../bootstrap/rpc/client.ts";
import type { Run } from "../../../../bootstrap/nodes/run.ts";
import {
  type StubServer,
  type Turn,
  result,
  rpcError,
  startStub,
} from "../../../helpers/stub-server.ts";

describe("the clocks", () => {
  let alice: StubServer;
  let miner: StubServer;
  beforeEach(async () => {
    alice = await startStub([node()]);
    miner = await startStub([node()]);
  });
  afterEach(async () => {
    vi.useRealTimers();
    await alice[Symbol.asyncDispose]();
    await miner[Symbol.asyncDispose]();
  });

  /** What each node was told of the time while `work` ran. */
  async function told(work: (run: Run) => Promise<unknown>): Promise<unknown> {
    const clients = [alice, miner].map(
      ({ url }) => new RpcClient({ url, user: "u", password: "p" }),
    );
    const nodes = clients.map((rpc, index) => ({ role: index === 0 ? "peer" : "miner", rpc }));
    try {
      await work({
        nodes: nodes as unknown as Node[],
        connect: [],
        limitMs: 1_000,
        signal: new AbortController().signal,
        report: () => undefined,
        count: () => undefined,
      });
    } finally {
      await Promise.all(clients.map((rpc) => rpc.close()));
    }
    return { alice: paramsOf(alice), miner: paramsOf(miner) };
  }

  it("all show the present, or stand still at a mock time", async () => {
    expect(await told((run) => setClocks(run, undefined))).toEqual({ alice: [[0]], miner: [[0]] });
    expect(await told((run) => setClocks(run, 1_700_000_000))).toEqual({
      alice: [[0], [1_700_000_000]],
      miner: [[0], [1_700_000_000]],
    });
  });

  it("but the miner's go on after it has mined at the chain's begin", async () => {
    const seen: unknown[] = [];
    const work = (): Promise<void> => {
      seen.push(...paramsOf(miner));
      return Promise.resolve();
    };
    expect(await told((run) => atTime(run, chainBegin, work))).toEqual({
      alice: [],
      miner: [[chainBegin], [0]],
    });
    expect(seen).toEqual([[chainBegin]]);
  });

  it("are left alone where the chain has got to the present already", async () => {
    await miner[Symbol.asyncDispose]();
    miner = await startStub([node(chainBegin + furthestAhead + 1)]);
    expect(await told((run) => atTime(run, chainBegin, done))).toEqual({ alice: [], miner: [] });
  });

  it("go on after work that failed, and the error is the work's even if they cannot", async () => {
    const work = (run: Run): Promise<never> =>
      atTime(run, chainBegin, () => Promise.reject(new Error("no coins")));
    await expect(told(work)).rejects.toThrow("no coins");
    expect(paramsOf(miner)).toEqual([[chainBegin], [0]]);
    await miner[Symbol.asyncDispose]();
    miner = await startStub([node(), node(), rpcError(-8, "no such time")]);
    await expect(told(work)).rejects.toThrow("no coins");
  });

  it("are refused on a machine whose own is behind the chain", async () => {
    vi.useFakeTimers({ toFake: ["Date"], now: 0 });
    await expect(told((run) => atTime(run, chainBegin, done))).rejects.toThrow(
      "the clock of this machine shows 1970-01-01T00:00:00Z, but the chain starts at 2025-01-01T00:00:00Z: set the clock, or mockTime",
    );
    expect(paramsOf(miner)).toEqual([]);
  });
});

function done(): Promise<void> {
  return Promise.resolve();
}

/** A node whose newest block is of this time. */
function node(time = genesisTime): Turn {
  return (request, response) => {
    result(request.method === "getblockchaininfo" ? { time } : null)(request, response);
  };
}

/** Of the calls that set the clock. */
function paramsOf({ requests }: StubServer): unknown[] {
  return requests.filter(({ method }) => method === "setmocktime").map(({ params }) => params);
}
