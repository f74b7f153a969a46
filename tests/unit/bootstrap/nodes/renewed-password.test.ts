import { expect, it } from "vitest";

import { isAuthOf, saltOfAuth } from "../../../../bootstrap/keys/rpcauth.ts";
import { renewPassword } from "../../../../bootstrap/nodes/renewed-password.ts";

it("is another one each time, whose hash bitcoind gets", async () => {
  const [first, second] = [
    await renewPassword("temporary-1", "user"),
    await renewPassword("temporary-1", "user"),
  ];
  expect(isAuthOf(first.auth, first.password)).toBe(true);
  expect(isAuthOf(second.auth, first.password)).toBe(false);
  expect(saltOfAuth(first.auth)).toMatch(/^[0-9a-f]{32}$/);
  expect(saltOfAuth("")).toBeUndefined();
});
