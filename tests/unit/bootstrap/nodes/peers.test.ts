import { describe, expect, it } from "vitest";

import type { Node } from "../../../../bootstrap/nodes/node.ts";
import { connectPeers, fullMesh } from "../../../../bootstrap/nodes/peers.ts";

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
  const call = (name: string, method: string, [peer]: readonly unknown[] = []): unknown => {
    asked.push(method);
    if (method === "getnetworkinfo") return { networkactive: true };
    if (method === "addnode") {
      const other = String(peer);
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
    ip: `172.18.0.${index + 2}`,
    rpc: {
      call: (method: string, params?: readonly unknown[]) =>
        Promise.resolve(call(name, method, params)),
    },
  })) as unknown as Node[];
}

describe("connectPeers", () => {
  const run = (nodes: readonly Node[], limitMs = 5_000) => ({
    nodes,
    connect: [],
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

  it("names the node and the peers that it waited for", async () => {
    const [a] = fakeNodes(["a"], []);
    const [deaf] = fakeNodes(["b"], []);
    await expect(connectPeers(run([a as Node, deaf as Node], 100), [["a", "b"]])).rejects.toThrow(
      /waited .* for a to finish the handshake with b; last seen: b missing of 0 peers; b: not connected/,
    );
  });

  it("lets the later node dial by name, and dial again what led to nothing", async () => {
    const nodes = fakeNodes(["a", "b"], []);
    const dials: unknown[] = [];
    const [a, b] = nodes as [Node, Node];
    const call = b.rpc.call.bind(b.rpc) as (...args: unknown[]) => Promise<unknown>;
    const forgetful = (method: string, params: unknown): Promise<unknown> => {
      if (method !== "addnode") return call(method, params);
      dials.push(params);
      return dials.length === 1 ? Promise.resolve(null) : call(method, params);
    };
    const rpc = { call: forgetful } as unknown as Node["rpc"];
    await connectPeers(run([a, { ...b, rpc }]), [["a", "b"]], 30);
    expect(dials).toEqual([
      ["a", "onetry"],
      ["a", "onetry"],
    ]);
  });
});
