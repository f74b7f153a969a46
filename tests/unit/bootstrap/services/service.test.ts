import { describe, expect, it } from "vitest";

import { circleOf, inOrder } from "../../../../bootstrap/services/service.ts";

const service = (name: string, ...follows: string[]) => ({ name, follows });

describe("inOrder", () => {
  it.each([
    [[service("a"), service("b")], "a b"],
    [[service("a", "b"), service("b")], "b a"],
    [[service("a", "alice", "c"), service("b", "a"), service("c", "alice")], "c a b"],
  ])("puts each after those that it follows", (services, order) => {
    expect(
      inOrder(services)
        .map(({ name }) => name)
        .join(" "),
    ).toBe(order);
  });
});

describe("circleOf", () => {
  it("finds none where there is none", () => {
    expect(circleOf([service("a", "b", "c"), service("b", "c"), service("c", "alice")])).toEqual(
      [],
    );
  });

  it("names those that follow each other, and no other", () => {
    const services = [service("a", "b"), service("b", "c"), service("c", "d"), service("d", "b")];
    expect(circleOf(services)).toEqual(["b", "c", "d"]);
    expect(circleOf([service("a", "a")])).toEqual(["a"]);
  });
});
