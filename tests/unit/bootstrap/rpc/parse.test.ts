import { describe, expect, it, test } from "vitest";

import { UnacceptableJsonError, answerLimits, parseJson } from "../../../../bootstrap/rpc/parse.ts";
import { redactor } from "../../../../bootstrap/rpc/redact.ts";

describe("parseJson", () => {
  it.each([
    "null",
    "1",
    '"["',
    '{"a":[1,2,{"b":null}],"c":"\\"[{\\\\","d":1.5e-9}',
    // The largest amounts and sums that bitcoind writes, and a hash rate.
    "[20999999.97690000,-0.00000001,2100000000000000,9007199254740991,9500000000000000]",
    '{"a":"12345678901234567890","12345678901234567890":1}',
    "0.12345678901234567890123",
    '{"__proto__":{"a":1}}',
  ])("reads %s as JSON.parse does", (text) => {
    expect(parseJson(text)).toEqual(JSON.parse(text));
  });

  it.each(["", "{", '{"a":1', "[1,]", "nul", '"', "-", "[-]", '{"a" 1}', "]"])(
    "has JSON.parse refuse %j",
    (text) => {
      expect(() => parseJson(text)).toThrow(SyntaxError);
    },
  );

  const { depth, containers, names } = answerLimits;
  const nested = (levels: number): string => "[".repeat(levels) + "]".repeat(levels);
  const empties = (count: number): string =>
    `[${Array(count - 1)
      .fill("{}")
      .join()}]`;
  const named = (count: number, space = ""): string =>
    `{${Array.from({ length: count }, (_, at) => `"${at}"${space}:0`).join()}}`;
  it.each([
    ["depth", nested(depth), nested(depth + 1)],
    ["containers", empties(containers), empties(containers + 1)],
    ["names", named(names), named(names + 1)],
    ["names with spaces behind them", named(1, " \n"), named(names + 1, " \n")],
  ])("has a limit of %s", (_what, most, more) => {
    expect(() => parseJson(most)).not.toThrow();
    expect(() => parseJson(more)).toThrow(UnacceptableJsonError);
  });

  it("takes many entries with the same names", () => {
    const text = JSON.stringify(Array(50_000).fill({ txid: "a".repeat(64), vout: 0, amount: 0.1 }));
    expect(parseJson(text)).toHaveLength(50_000);
  });

  it.each([
    ["9007199254740993", ""],
    ["[[],[1,-9007199254740993]]", "[1][1]"],
    ['{"a\\"[":{},"b":{"c":[{"d":18446744073709551615}]}}', "b.c[0].d"],
  ])("names the place of an integer that would be rounded: %s", (text, place) => {
    expect(() => parseJson(text)).toThrow(`${place} is an integer that`);
  });
});

test.each([
  ["pass", "pass"],
  ["dXNlcjpwYXNz", "the header that carried it"],
])("redactor takes out %s", (text) => {
  expect(redactor("user", "pass")(`a ${text} b`)).toBe("a [redacted] b");
});

test("redactor finds a password that JSON, a URL or a page writes otherwise, and takes nothing else", () => {
  const password = `p"<a> s&'s`;
  const redact = redactor("user", password);
  for (const form of [
    password,
    JSON.stringify(password).slice(1, -1),
    encodeURIComponent(password),
  ]) {
    expect(redact(`x${form}y`)).toBe("x[redacted]y");
  }
  expect(redact("p&quot;&lt;a&gt; s&amp;&#39;s")).toBe("[redacted]");
  expect(redact("user p")).toBe("user p");
  expect(redactor("user", "")("as it was")).toBe("as it was");
});
