import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";

import { extract, pack } from "tar-stream";
import { describe, expect, it } from "vitest";

import { filteredTar } from "../../../../../bootstrap/snapshots/take/tar-filter.ts";

async function namesIn(tar: Readable): Promise<string[]> {
  const names: string[] = [];
  const archive = extract();
  Readable.from(await buffer(tar)).pipe(archive);
  for await (const entry of archive) {
    names.push(`${entry.header.name}: ${(await buffer(entry)).toString()}`);
  }
  return names;
}

describe("filteredTar", () => {
  it("leaves out what is not kept, and nothing else", async () => {
    const tar = pack();
    tar.entry({ name: "regtest/mempool.dat" }, "payments");
    tar.entry({ name: "regtest/blocks/mempool.dat" }, "a block");
    tar.entry({ name: "regtest/wallets/alice" }, "keys");
    tar.finalize();
    const left = filteredTar(Readable.from(tar), (name) => name !== "regtest/mempool.dat");
    expect(await namesIn(left)).toEqual([
      "regtest/blocks/mempool.dat: a block",
      "regtest/wallets/alice: keys",
    ]);
  });

  it("fails with what it is made of", async () => {
    const cut = Readable.from([Buffer.alloc(700, "no archive")]);
    await expect(buffer(filteredTar(cut, () => true))).rejects.toThrow();
  });
});
