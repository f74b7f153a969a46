import { expect, it } from "vitest";

import {
  method,
  parameter,
  type Session,
} from "../../../../../explorer/electrum/methods/method.ts";

const session: Session = {
  identified: false,
  followTips: () => undefined,
  follow: () => null,
  unfollow: () => false,
};

const all = method(
  {
    tx_hash: parameter.hash,
    height: parameter.natural,
    cp_height: parameter.checkpoint,
    merkle: parameter.flag,
  },
  (given) => given,
);

const hash = "AB".repeat(32);
const read = { tx_hash: "ab".repeat(32), height: 7, cp_height: 0, merkle: false };

it("takes parameters by position and by name, and leaves alone what comes beyond them", () => {
  expect(all([hash, 7], session)).toEqual(read);
  expect(all({ tx_hash: hash, height: 7, more: 1 }, session)).toEqual(read);
  expect(all([hash, 7, 9, true, "more"], session)).toEqual({ ...read, cp_height: 9, merkle: true });
});

it.each([
  [[], -32602, "tx_hash is missing"],
  [[hash], -32602, "height is missing"],
  [{ height: 7 }, -32602, "tx_hash is missing"],
  [[7, 7], 1, "tx_hash should be a text"],
  [["ab", 7], 1, "tx_hash should be 64 hex digits"],
  [[hash, "7"], 1, "height should be a whole number"],
  [[hash, 7.5], 1, "height should be a whole number"],
  [[hash, -1], 1, "height should not be negative"],
  [[hash, null], 1, "height should be a whole number"],
  [[hash, 7, 0, "yes"], 1, "merkle should be true or false"],
])("refuses %j", (params, code, message) => {
  expect(() => all(params, session)).toThrow(expect.objectContaining({ code, message }));
});
