/** Reading a node whose chain changes meanwhile, which a real one does at no moment of ours. */
import { expect, it } from "vitest";

import { RpcClient } from "../../../../bootstrap/rpc/client.ts";
import { MisfitError } from "../../../../explorer/index/chain-state.ts";
import { NodeReader } from "../../../../explorer/index/node-reader.ts";
import type { IndexedBlock } from "../../../../explorer/index/records.ts";
import { http, result, rpcError, startStub, type Turn } from "../../../helpers/stub-server.ts";

async function reading<T>(
  turns: readonly Turn[],
  read: (reader: NodeReader) => Promise<T>,
): Promise<T> {
  await using stub = await startStub(turns);
  await using rpc = new RpcClient({ url: stub.url, user: "user", password: "password" });
  return await read(new NodeReader(rpc, new AbortController().signal));
}

const chain = (...hashes: string[]): IndexedBlock[] =>
  hashes.map((hash) => ({ hash })) as unknown as IndexedBlock[];

/** A node whose blocks are these, from the genesis block on. */
const nodeWith =
  (...hashes: string[]): Turn =>
  (request, response) => {
    const [height] = request.params as [number];
    result(hashes[height])(request, response);
  };

it.each([
  ["the same chain", ["a", "b", "c", "d"], 3],
  ["a longer one", ["a", "b", "c", "d", "e"], 3],
  ["a shorter one", ["a", "b"], 1],
  ["another end", ["a", "b", "x", "y", "z"], 1],
  ["another chain", ["x", "y"], -1],
])("finds the last common block with %s", async (_what, hashes, common) => {
  const found = await reading([nodeWith(...hashes)], (reader) =>
    reader.lastCommon(chain("a", "b", "c", "d"), hashes.length - 1),
  );
  expect(found).toBe(common);
});

it("takes a block that is gone for a change, not for an error", async () => {
  const outOfRange = [rpcError(-8, "Block height out of range")];
  const notFound = [rpcError(-5, "Block not found")];
  await expect(reading(notFound, (reader) => reader.heightOf("a"))).rejects.toThrow(MisfitError);
  await expect(reading(outOfRange, (reader) => reader.lastCommon(chain("a"), 0))).rejects.toThrow(
    MisfitError,
  );
  const batch = [{ id: 1, error: { code: -8, message: "Block height out of range" } }];
  const turns = [http(200, JSON.stringify(batch), "application/json")];
  await expect(reading(turns, (reader) => reader.blocks(0, 0))).rejects.toThrow(MisfitError);
});

it("leaves out a transaction that has left the mempool meanwhile, and says so", async () => {
  const batch = [
    { id: 1, result: ["a", "b"] },
    { id: 2, result: "tip" },
  ];
  const listed = http(200, JSON.stringify(batch), "application/json");
  const turns = [listed, rpcError(-5, "No such mempool transaction")];
  const known = Buffer.of(1);
  const { tip, entries, complete } = await reading(turns, (reader) =>
    reader.mempool((txid) => (txid === "a" ? known : undefined)),
  );
  expect(tip).toBe("tip");
  expect(entries).toEqual([{ txid: "a", bytes: known }]);
  expect(complete).toBe(false);
});
