/** Names for resources that the program gave none, as the official provider draws them. */
import { createHash, randomBytes } from "node:crypto";

import type { CheckFailure, OperationContext, Properties } from "../server/handler.ts";
import { DEFAULTS, type Checked } from "./check.ts";

/** Characters of a name (the official provider's limit). */
const longestName = 255;

/**
 * The checked inputs with a `name`: the program's, else the one drawn earlier, else by the engine's naming options, else
 * `<logical name>-<7 hexadecimal digits>`.
 */
export function withName(
  { inputs, failures }: Checked,
  olds: Properties | undefined,
  { urn, naming }: OperationContext,
): Checked {
  if (inputs["name"] !== undefined && inputs["name"] !== "") return { inputs, failures };
  if (naming?.mode === "disable") {
    const failure: CheckFailure = {
      property: "name",
      reason: "name is required, since automatic naming is disabled",
    };
    return { inputs, failures: [...failures, failure] };
  }
  const drawn = isNameDrawn(olds) ? olds?.["name"] : undefined;
  const name = drawn ?? (naming?.name || randomName(urn, naming?.seed ?? new Uint8Array()));
  return {
    inputs: { ...inputs, name, [DEFAULTS]: [...(inputs[DEFAULTS] as string[]), "name"].sort() },
    failures,
  };
}

/** Whether the name in checked inputs was drawn, not given. */
export function isNameDrawn(inputs: Properties | undefined): boolean {
  const defaults = inputs?.[DEFAULTS];
  return Array.isArray(defaults) && defaults.includes("name");
}

/** The same for the same seed, so that preview and update agree. */
function randomName(urn: string, seed: Uint8Array): string {
  const source = seed.length > 0 ? seed : randomBytes(32);
  const suffix = createHash("sha256").update(source).update(urn).digest("hex").slice(0, 7);
  const logicalName = urn.split("::").slice(3).join("::");
  return `${logicalName.slice(0, longestName - suffix.length - 1)}-${suffix}`;
}
