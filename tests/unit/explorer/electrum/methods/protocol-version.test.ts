import { expect, it } from "vitest";

import {
  agreedVersion,
  versionRange,
} from "../../../../../explorer/electrum/methods/protocol-version.ts";

it.each([
  ["1.4", "1.4"],
  ["1.4.1", "1.4.1"],
  ["1.4.2", "1.4.2"],
  [["1.4", "1.6"], "1.4.2"],
  [["1.2", "1.4"], "1.4"],
  [["0.9", "10.0"], "1.4.2"],
])("agrees with %j on %s", (offered, agreed) => {
  expect(agreedVersion(versionRange.parse(offered))).toBe(agreed);
});

it.each(["1.3", "1.5", "1.4.3", "2.0", ["1.0", "1.3"], ["1.5", "1.6"], ["1.4.2", "1.4.1"]])(
  "has nothing in common with %j",
  (offered) => {
    expect(() => agreedVersion(versionRange.parse(offered))).toThrow(
      "unsupported protocol version: 1.4 to 1.4.2 are served",
    );
  },
);

it.each(["", "1", "1.x", "1.4.2.1", 1.4, ["1.4"], ["1.4", "1.4", "1.4"], null])(
  "does not take %j for versions",
  (offered) => {
    expect(versionRange.safeParse(offered).success).toBe(false);
  },
);
