import * as pulumi from "@pulumi/pulumi";

import { pointing } from "../base/troubleshooting.ts";

/** What the program ends with when its network cannot be as it is declared: a line for each value that is wrong. */
export function invalid(problems: readonly string[]): pulumi.RunError {
  return new pulumi.RunError(
    pointing(["The configuration is invalid:", ...problems].join("\n  "), "configuration"),
  );
}
