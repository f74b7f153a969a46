import { expect, it } from "vitest";

import { printable } from "../../../base/printable.ts";

it.each([
  ["plain text, with ünïcode 🙂", "plain text, with ünïcode 🙂"],
  ["lines\nand\ttabs", "lines\nand\ttabs"],
  ["\u001b[2Jgone", "\\u001b[2Jgone"],
  ["a\r\u0007b\u009bc", "a\\u000d\\u0007b\\u009bc"],
  ["\u202etxt.exe", "\\u202etxt.exe"],
])("%j is printed as %j", (text, printed) => {
  expect(printable(text)).toBe(printed);
});
