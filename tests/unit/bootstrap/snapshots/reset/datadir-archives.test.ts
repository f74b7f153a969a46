import type Docker from "dockerode";
import { expect, it } from "vitest";

import {
  datadirIn,
  keepArchive,
  keptBytes,
} from "../../../../../bootstrap/snapshots/reset/datadir-archives.ts";

/** An engine that must not be asked. */
const none = undefined as unknown as Docker;

it("keeps the archives that were used last, up to a number of bytes", async () => {
  const [a, b, c] = ["a", "b", "c"].map((text) => Buffer.from(text.repeat(40))) as [
    Buffer,
    Buffer,
    Buffer,
  ];
  keepArchive("a", a, 100);
  keepArchive("b", b, 100);
  expect(await datadirIn(none, "a", {})).toBe(a);
  keepArchive("c", c, 100);
  expect(keptBytes()).toBe(80);
  expect(await datadirIn(none, "a", {})).toBe(a);
  await expect(datadirIn(none, "b", {})).rejects.toThrow();
  // One that is too large leaves the others where they are.
  keepArchive("large", Buffer.alloc(101), 100);
  expect(keptBytes()).toBe(80);
});
