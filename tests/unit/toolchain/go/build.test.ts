import { describe, expect, test } from "vitest";

import { goProblem } from "../../../../toolchain/go/build.ts";

const reason = { why: "the program has to be built", instead: "the program itself" };

describe("building needs a Go that", () => {
  test.for([
    ["is the one asked for", { version: "go1.25.11", toolchain: "local" }],
    ["is newer", { version: "go1.26.8", toolchain: "local" }],
    ["fetches the one asked for", { version: "go1.21.0", toolchain: "auto" }],
  ] as const)("%s", ([, go]) => {
    expect(goProblem(go, "1.25.11", reason)).toBeUndefined();
  });

  test.for([
    ["is there", undefined, "there is no Go"],
    [
      "is not too old",
      { version: "go1.25.10", toolchain: "local" },
      "go1.25.10 is older than the Go 1.25.11 it needs",
    ],
    [
      "can fetch another",
      { version: "go1.19.8", toolchain: "" },
      "go1.19.8 is older than the Go 1.25.11 it needs",
    ],
  ] as const)("%s, or an error says what to install", ([, go, but]) => {
    expect(goProblem(go, "1.25.11", reason)).toBe(
      `the program has to be built, but ${but}: ` +
        "install Go 1.25.11 or later (https://go.dev/dl), or the program itself",
    );
  });
});
