/** Which times the declared chain's blocks have. */
import { describe, expect, it } from "vitest";

import { plannedTime } from "../../../bootstrap/bootstrap.ts";
import type { ChainPlan } from "../../../bootstrap/plan/chain-plan.ts";
import { chainBegin } from "../../../bootstrap/clock/mocktime.ts";

describe("the declared chain's block times", () => {
  const plan: ChainPlan = { blocks: 101, confirmations: 6, fund: [], walletSeed: "seed" };

  it("are as close as the rules allow, from a clock that stands still", () => {
    expect([1, 50, 107].map((height) => plannedTime(plan, height))).toEqual(
      Array.from({ length: 3 }, () => chainBegin),
    );
  });

  it("are blockSpacing apart, from the chain's begin on, or up to the mock time", () => {
    const spaced = { ...plan, blockSpacing: 600 };
    expect(plannedTime(spaced, 1)).toBe(chainBegin);
    expect(plannedTime(spaced, 107)).toBe(chainBegin + 106 * 600);
    const ending = { ...spaced, mockTime: 1_500_000_000 };
    expect(plannedTime(ending, 107)).toBe(1_500_000_000);
    expect(plannedTime(ending, 106)).toBe(1_500_000_000 - 600);
  });

  it("are nobody's where clocks decide: at a mock time, and without a seed", () => {
    expect(plannedTime({ ...plan, mockTime: 1_500_000_000 }, 1)).toBeUndefined();
    expect(plannedTime({ ...plan, walletSeed: undefined }, 1)).toBeUndefined();
  });
});
