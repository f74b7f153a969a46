import { createContext, runInContext } from "node:vm";

import { expect, it } from "vitest";

import { isAggregateError, isError } from "../../../base/is-error.ts";
import { messageOf } from "../../../base/message.ts";

const elsewhere = createContext({});
const made = (code: string): unknown => runInContext(code, elsewhere);

it.each([
  ["of this realm", new TypeError("no")],
  ["of another", made("new TypeError('no')")],
  ["that a signal ends with", AbortSignal.abort().reason],
  ["of a class that extends it", new (class Refused extends Error {})()],
])("an error %s is one", (_, value) => {
  expect(isError(value)).toBe(true);
});

it.each([
  undefined,
  null,
  "Error",
  { name: "Error", message: "no" },
  Object.create(Error.prototype),
])("%j is none", (value) => {
  expect(isError(value)).toBe(false);
});

it("tells several errors in one, and what their message is, in any realm", () => {
  const both = made(
    "new AggregateError([new Error('::1 refuses'), new Error('127.0.0.1 refuses')])",
  );
  expect(both).not.toBeInstanceOf(AggregateError);
  expect(isAggregateError(both)).toBe(true);
  expect(isAggregateError(new Error("one"))).toBe(false);
  expect(messageOf(both)).toBe("AggregateError: ::1 refuses: 127.0.0.1 refuses");
});
