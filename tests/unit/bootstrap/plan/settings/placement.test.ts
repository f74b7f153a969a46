import { expect, it } from "vitest";

import { placed } from "../../../../../bootstrap/plan/settings/placement.ts";

const hosts = ["one", "two", "three"].map((name) => ({ name }));
const nodes = Array.from({ length: 300 }, (_, index) => ({ name: `n${index}` }));

function share(homes: readonly (string | undefined)[], host: string): number {
  return homes.filter((home) => home === host).length / homes.length;
}

it("is nowhere without hosts", () => {
  expect(placed([{ name: "alice" }], [])).toEqual([undefined]);
});

it("is where a node says, also where that is full", () => {
  const full = [{ name: "one", capacity: 1 }, ...hosts.slice(1)];
  const there = ["a", "b", "c"].map((name) => ({ name, host: "one" }));
  expect(placed(there, full)).toEqual(["one", "one", "one"]);
});

it("spreads the others evenly", () => {
  const homes = placed(nodes, hosts);
  for (const { name } of hosts) expect(share(homes, name)).toBeCloseTo(1 / 3, 1);
});

it("spreads them by capacity, and gives a host no more than that", () => {
  const large = [
    { name: "one", capacity: 600 },
    { name: "two", capacity: 200 },
  ];
  expect(share(placed(nodes, large), "one")).toBeCloseTo(3 / 4, 1);
  const small = [{ name: "one", capacity: 7 }, { name: "two" }];
  expect(placed(nodes, small).filter((home) => home === "one").length).toBeLessThanOrEqual(7);
});

it("gives those with labels the hosts that have them, before those without take the room", () => {
  const zones = [
    { name: "one", capacity: 10, labels: { zone: "a" } },
    { name: "two", capacity: 10, labels: { zone: "a", disk: "ssd" } },
    { name: "three" },
  ];
  const some = nodes.slice(0, 40);
  const labelled = some.map((node, index) =>
    index < 20 ? node : { ...node, host: { zone: "a" } },
  );
  const homes = placed(labelled, zones);
  expect(homes.slice(20)).not.toContain("three");
  expect(homes.slice(0, 20)).toEqual(Array.from({ length: 20 }, () => "three"));
  expect(new Set(homes.slice(20)).size).toBe(2);
  const both = { disk: "ssd", zone: "a" };
  expect(placed([{ name: "alice", host: both }], zones)).toEqual(["two"]);
});

it("moves only the nodes of a host that goes, and to one that comes", () => {
  const before = placed(nodes, hosts);
  const after = placed(nodes, hosts.slice(0, 2));
  before.forEach((home, index) => {
    if (home !== "three") expect(after[index]).toBe(home);
  });
  expect(after).not.toContain("three");
});
