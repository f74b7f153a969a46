import { expect, it } from "vitest";

import { nodeContainer } from "../../../../bootstrap/nodes/node-container.ts";

const plain = { name: "bob", offers: { ports: [], rest: false }, connect: [], arguments: [] };

it("presents itself by its name, and publishes its RPC", () => {
  expect(nodeContainer(plain)).toEqual({
    hostname: "bob",
    command: ["-uacomment=bob"],
    ports: [18332],
  });
});

it("dials those that are declared before it, and has what it is asked for", () => {
  const { command, ports } = nodeContainer({
    ...plain,
    offers: { ports: ["p2p", "zmqTx"], rest: true },
    connect: [
      ["alice", "bob"],
      ["bob", "carol"],
    ],
    arguments: ["-par=2"],
    mockTime: 1_735_689_600,
  });
  expect(command).toEqual([
    "-uacomment=bob",
    "-addnode=alice",
    "-mocktime=1735689600",
    "-zmqpubrawtx=tcp://0.0.0.0:28334",
    "-zmqpubhashtx=tcp://0.0.0.0:28334",
    "-rest",
    "-par=2",
  ]);
  expect(ports).toEqual([18332, 18444, 28334]);
});
