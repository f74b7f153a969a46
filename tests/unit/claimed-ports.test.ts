import { createServer } from "node:net";

import { describe, expect, it } from "vitest";

import { replacedNodes } from "../../bootstrap/blocks-at-risk.ts";
import { withPorts } from "../../bootstrap/claimed-ports.ts";
import { isFreePort } from "../../engine/free-ports.ts";

describe("withPorts", () => {
  it("leaves a node the port that it is given, also when it had another one", async () => {
    const nodes = [{ name: "alice", rpcPort: 18332 }];
    expect(await withPorts(nodes, new Map([["alice", 20_000]]))).toEqual(nodes);
  });

  it("gives a node the port again that it had", async () => {
    const kept = new Map([["bob", 20_001]]);
    const nodes = [{ name: "alice" }, { name: "bob" }];
    const [alice, bob] = await withPorts(nodes, kept);
    expect(bob).toEqual({ name: "bob", rpcPort: 20_001 });
    expect(alice?.rpcPort).not.toBe(20_001);
  });

  it("gives all others ports that are free, different, and not the system's own to give", async () => {
    const nodes = Array.from({ length: 50 }, (_, index) => ({ name: `n${index}` }));
    const ports = (await withPorts(nodes, new Map())).map(({ rpcPort }) => rpcPort);
    expect(new Set(ports).size).toBe(50);
    expect(Math.min(...ports)).toBeGreaterThanOrEqual(20_000);
    expect(Math.max(...ports)).toBeLessThan(32_768);
  });
});

describe("isFreePort", () => {
  it("tells a port on which somebody listens", async () => {
    const server = createServer();
    const { promise, resolve } = Promise.withResolvers<number>();
    server.listen(0, "127.0.0.1", () => {
      resolve((server.address() as { port: number }).port);
    });
    const port = await promise;
    expect(await isFreePort(port)).toBe(false);
    const closed = Promise.withResolvers<undefined>();
    server.close(() => {
      closed.resolve(undefined);
    });
    await closed.promise;
    expect(await isFreePort(port)).toBe(true);
  });
});

describe("replacedNodes", () => {
  const alice = { name: "alice", made: "1", rpcPort: 1 };
  const miner = { name: "miner", made: "2", rpcPort: 2 };

  it.each([
    ["nothing changed", [alice, miner], []],
    ["a node came", [alice, miner, { ...alice, name: "bob" }], []],
    ["a node went", [alice], ["miner"]],
    ["a container is made another way", [alice, { ...miner, made: "3" }], ["miner"]],
    ["a port changed", [{ ...alice, rpcPort: 3 }, miner], ["alice"]],
  ])("when %s", (_what, after, replaced) => {
    expect(replacedNodes([alice, miner], after)).toEqual(replaced);
  });
});
