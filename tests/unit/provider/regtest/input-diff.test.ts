import { expect, it } from "vitest";

import { inputDiff } from "../../../../provider/regtest/input-diff.ts";

it("names what was added, changed and taken away, and what of it replaces", () => {
  const diff = inputDiff(
    { same: [{ a: 1 }], changed: { a: 1 }, gone: true, plan: 1 },
    { same: [{ a: 1 }], changed: { a: 2 }, added: null, plan: 2 },
    ["plan"],
  );
  expect(diff).toEqual({ changed: "update", gone: "delete", added: "add", plan: "update-replace" });
});
