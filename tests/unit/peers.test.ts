import { describe, expect, it } from "vitest";

import type { Node } from "../../bootstrap/node.ts";
import { connectPeers, fullMesh } from "../../bootstrap/peers.ts";

describe("fullMesh", () => {
  it.each([
    [[], []],
    [["alice"], []],
    [["alice", "miner"], [["alice", "miner"]]],
    [
      ["a", "b", "c"],
      [
        ["a", "b"],
        ["a", "c"],
        ["b", "c"],
      ],
    ],
  ])("of %j connects every pair once", (names, edges) => {
    expect(fullMesh(names)).toEqual(edges);
  });
});

/** Nodes that connect when they are told to, and count what they are asked. A handshake is seen one call later. */
function fakeNodes(names: readonly string[], asked: string[]): Node[] {
  const dialled = new Map(names.map((name) => [name, new Map<string, number>()]));
  const ips = names.map((_, index) => `172.18.0.${index + 2}`);
  const call = (name: string, method: string, [ip]: readonly unknown[] = []): unknown => {
    asked.push(method);
    if (method === "getnetworkinfo") return { networkactive: true };
    if (method === "addnode") {
      const other = names[ips.indexOf(String(ip))] ?? "";
      dialled.get(name)?.set(other, 0);
      dialled.get(other)?.set(name, 0);
      return null;
    }
    const peers = dialled.get(name) ?? new Map<string, number>();
    return [...peers].map(([peer, calls]) => {
      peers.set(peer, calls + 1);
      const bytesrecv_per_msg = calls > 0 ? { pong: 32 } : {};
      return { version: 70016, subver: `/Satoshi:29.0.0(${peer})/`, addr: "", bytesrecv_per_msg };
    });
  };
  return names.map((name, index) => ({
    name,
    ip: ips[index],
    rpc: {
      call: (method: string, params?: readonly unknown[]) =>
        Promise.resolve(call(name, method, params)),
    },
  })) as unknown as Node[];
}

describe("connectPeers", () => {
  const run = (nodes: readonly Node[], limitMs = 5_000) => ({
    nodes,
    limitMs,
    signal: AbortSignal.timeout(10_000),
    report: () => undefined,
    count: () => undefined,
  });
  const names = Array.from({ length: 25 }, (_, index) => `n${index}`);

  it("asks each node once in a round, however many it is connected to", async () => {
    const asked: string[] = [];
    const edges = fullMesh(names);
    await connectPeers(run(fakeNodes(names, asked)), edges);
    const count = (method: string): number => asked.filter((other) => other === method).length;
    expect(count("addnode")).toBe(edges.length);
    expect(count("getnetworkinfo")).toBe(25);
    // Before dialling, without the handshake, with it.
    expect(count("getpeerinfo")).toBe(3 * 25);
  });

  // Both ends wait, and either may be the first to reach its limit.
  it("names the node and the peers that it waited for", async () => {
    const nodes = fakeNodes(["a", "b"], []);
    const deaf = { ...nodes[1], ip: "10.0.0.1" } as Node;
    await expect(
      connectPeers(run([...nodes.slice(0, 1), deaf], 100), [["a", "b"]]),
    ).rejects.toThrow(
      /waited .* for (a to finish the handshake with b; last seen: b missing of 1 peers; b|b to finish the handshake with a; last seen: a missing of 0 peers; a): not connected/,
    );
  });
});
