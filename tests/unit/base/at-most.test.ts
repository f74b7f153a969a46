import { setImmediate } from "node:timers/promises";

import { expect, it } from "vitest";

import { atMost } from "../../../base/at-most.ts";

it("gives all results in order, with as many under way as it may", async () => {
  let underWay = 0;
  let most = 0;
  const results = await atMost(3, [5, 1, 4, 2, 3], async (turns) => {
    most = Math.max(most, (underWay += 1));
    for (let turn = 0; turn < turns; turn++) await setImmediate();
    underWay--;
    return turns * 2;
  });
  expect(results).toEqual([10, 2, 8, 4, 6]);
  expect(most).toBe(3);
});

it("has nothing to do for none, and fails with the first that does", async () => {
  expect(await atMost(3, [], () => Promise.reject(new Error("not called")))).toEqual([]);
  const begun: number[] = [];
  const failing = atMost(2, [1, 2, 3, 4, 5], async (one) => {
    begun.push(one);
    await setImmediate();
    if (one === 2) throw new Error("of 2");
  });
  await expect(failing).rejects.toThrow("of 2");
  await setImmediate();
  expect(begun).toEqual([1, 2, 3]);
});
