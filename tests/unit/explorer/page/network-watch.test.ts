import { describe, expect, it } from "vitest";

import type { StatusReport } from "../../../../bootstrap/status/report.ts";
import { NetworkWatch } from "../../../../explorer/page/network-watch.ts";

/** A network of which only the height is looked at. */
function watched(): {
  readonly watch: NetworkWatch;
  readonly now: { height: number; problem: Error | undefined };
  readonly seen: (number | string | undefined)[];
  looks: () => number;
} & Disposable {
  const end = new AbortController();
  const now = { height: 1, problem: undefined as Error | undefined };
  const seen: (number | string | undefined)[] = [];
  let looks = 0;
  const watch = new NetworkWatch(
    {
      ...{ title: "stack dev", node: "alice", actions: {} },
      labelled: () => Promise.resolve([]),
      look: () => {
        looks += 1;
        if (now.problem !== undefined) return Promise.reject(now.problem);
        const report = { height: now.height, time: String(performance.now()) };
        return Promise.resolve(report as StatusReport);
      },
    },
    {
      changed: () => seen.push(watch.view?.status.height ?? undefined),
      looked: (problem) => problem !== undefined && seen.push(problem),
    },
    end.signal,
  );
  return {
    ...{ watch, now, seen },
    looks: () => looks,
    [Symbol.dispose]: () => {
      end.abort();
    },
  };
}

describe("the watch on a network", () => {
  it("looks while it is on, and tells what is another, not the time", async () => {
    using network = watched();
    const { watch, now, seen } = network;
    watch.start();
    watch.start();
    await expect.poll(network.looks, { timeout: 5_000 }).toBe(2);
    expect(seen).toEqual([1]);
    now.height = 2;
    watch.lookNow();
    await expect.poll(() => seen).toEqual([1, 2]);
    watch.stop();
    const looked = network.looks();
    now.height = 3;
    watch.lookNow();
    expect(watch.view).toBeUndefined();
    expect(network.looks()).toBe(looked);
  });

  it("looks no more than five times a second, however often something happens", async () => {
    using network = watched();
    network.watch.start();
    const end = performance.now() + 500;
    while (performance.now() < end) {
      network.watch.lookNow();
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(network.looks()).toBeGreaterThanOrEqual(2);
    expect(network.looks()).toBeLessThanOrEqual(4);
  });

  it("tells why it cannot look, and goes on", async () => {
    using network = watched();
    network.now.problem = new Error("the engine does not answer");
    network.watch.start();
    await expect.poll(() => network.seen).toContain("the engine does not answer");
    network.now.problem = undefined;
    network.watch.lookNow();
    await expect.poll(() => network.seen.at(-1)).toBe(1);
  });
});
