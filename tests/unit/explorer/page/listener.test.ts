import { describe, expect, it } from "vitest";

import { Listener, type Told } from "../../../../explorer/page/listener.ts";

function opened(seesNetwork = true): { listener: Listener; now: { height: number } } {
  const now = { height: 1 };
  const told: Told = {
    chain: () => JSON.stringify(now),
    stillGone: (txid) => txid !== "back",
    stillDisconnected: (hash) => hash !== "back",
    network: () => `{"type":"network","height":${now.height}}`,
  };
  return { listener: new Listener(told, seesNetwork), now };
}

async function next(listener: Listener): Promise<unknown> {
  return JSON.parse((await listener.next()) ?? "null") as unknown;
}

describe("a listener", () => {
  it("that does not read is told the latest of each kind, the chain first", async () => {
    const { listener, now } = opened();
    for (let height = 2; height <= 5_000; height++) {
      now.height = height;
      listener.alive();
      listener.network();
      listener.problem(`at ${height}`);
      listener.chain([`block ${height}`], [`tx ${height}`]);
    }
    const chain = (await next(listener)) as { disconnected: string[]; gone: string[] };
    expect(chain).toMatchObject({ type: "chain", chain: { height: 5_000 } });
    expect([chain.disconnected.length, chain.gone.length]).toEqual([1_000, 1_000]);
    expect(await next(listener)).toEqual({ type: "network", height: 5_000 });
    expect(await next(listener)).toEqual({ type: "problem", message: "at 5000" });
    expect(await next(listener)).toEqual({ type: "alive" });
    listener.end();
    expect(await listener.next()).toBeUndefined();
  });

  it("is told what left since the last event, and not what came back", async () => {
    const { listener } = opened();
    listener.chain(["a", "back"], ["t", "back"]);
    listener.chain(["b"]);
    expect(await next(listener)).toMatchObject({ disconnected: ["a", "b"], gone: ["t"] });
    listener.chain();
    expect(await next(listener)).toMatchObject({ disconnected: [], gone: [] });
  });

  it("waits for the next event, and for its end", async () => {
    const { listener } = opened();
    const first = next(listener);
    listener.alive();
    expect(await first).toEqual({ type: "alive" });
    const last = listener.next();
    listener.end();
    expect(await last).toBeUndefined();
  });

  it("does not tell of a problem that is over, nor of the network without the token", async () => {
    const { listener } = opened(false);
    listener.problem("away");
    listener.problem(undefined);
    listener.network();
    listener.alive();
    expect(await next(listener)).toEqual({ type: "alive" });
  });
});
