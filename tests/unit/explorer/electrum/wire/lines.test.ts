import { expect, it } from "vitest";

import { LineSplitter } from "../../../../../explorer/electrum/wire/lines.ts";

function split(chunks: readonly string[], maxBytes = 20): string[] {
  const splitter = new LineSplitter(maxBytes);
  return chunks.flatMap((chunk) => [...splitter.push(Buffer.from(chunk, "latin1"))]);
}

it.each([
  [["one\ntwo\n"], ["one", "two"]],
  [
    ["o", "ne", "\n", "\ntwo\r\n", "three"],
    ["one", "", "two"],
  ],
  // A character that comes in two parts.
  [["\u00c3", "\u00a4\n"], ["ä"]],
  [["x".repeat(20), "\n"], ["x".repeat(20)]],
])("splits %j", (chunks, lines) => {
  expect(split(chunks)).toEqual(lines);
});

it("refuses a line that is too long, before its end has come", () => {
  expect(() => split(["short\n", "x".repeat(15), "y".repeat(6)])).toThrow(
    "a line is longer than 20 bytes",
  );
});
