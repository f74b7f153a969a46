import { createHmac } from "node:crypto";

import { describe, expect, it } from "vitest";

import { generatePassword, rpcAuth } from "../../../../bootstrap/keys/rpcauth.ts";

/** Whether bitcoind takes the password for this line, as its httprpc.cpp decides it. */
function accepts(line: string, user: string, password: string): boolean {
  const [, name, salt = "", hash] = /^(.*?):(.*?)\$(.*)$/.exec(line) ?? [];
  return name === user && createHmac("sha256", salt).update(password).digest("hex") === hash;
}

describe("rpcAuth", () => {
  it("is checked here as Bitcoin Core's own test of it expects (test/functional/rpc_users.py)", () => {
    const line =
      "rt:93648e835a54c573682c2eb19f882535$7681e9c5b74bdd85e78166031d2058e1069b3ed7ed967c93fc63abba06f31144";
    expect(accepts(line, "rt", "cA773lm788buwYe4g4WT+05pKyNruVKjQ25x3n0DQcM=")).toBe(true);
    expect(accepts(line, "rt", "wrong")).toBe(false);
  });

  it.each(["short", "pässwörd", 'with "quotes" and $dollar: and more', generatePassword()])(
    "lets the password %j in, and no other",
    (password) => {
      const line = rpcAuth("user", password);
      expect(line).toMatch(/^user:[0-9a-f]{32}\$[0-9a-f]{64}$/);
      expect(accepts(line, "user", password)).toBe(true);
      expect(accepts(line, "user", `${password}x`)).toBe(false);
    },
  );

  it("is another one each time, so that equal passwords do not show", () => {
    expect(rpcAuth("user", "same")).not.toBe(rpcAuth("user", "same"));
  });

  it("is the same for the same salt's origin, and only then", () => {
    const [one, again, other] = ["stack-1", "stack-1", "stack-2"].map((stack) =>
      rpcAuth("user", "same", stack),
    );
    expect(again).toBe(one);
    expect(other).not.toBe(one);
    expect(accepts(one ?? "", "user", "same")).toBe(true);
  });
});

describe("generatePassword", () => {
  it("gives 256 bits that go into a URL or a shell line as they are", () => {
    const passwords = Array.from({ length: 100 }, generatePassword);
    for (const password of passwords) expect(password).toMatch(/^[\w-]{43}$/);
    expect(new Set(passwords).size).toBe(100);
  });
});
