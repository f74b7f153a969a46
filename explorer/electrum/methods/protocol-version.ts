/** Which version of the protocol both ends speak. */
import { z } from "zod";

import { ElectrumCode, ElectrumError } from "../wire/electrum-error.ts";

/** The versions that are served. */
export const protocolRange = { min: "1.4", max: "1.4.2" } as const;

const version = z.string().regex(/^\d+(?:\.\d+){1,2}$/);

/** One version, or the first and the last that a client speaks. */
export const versionRange = z.union(
  [version.transform((only) => [only, only] as const), z.tuple([version, version])],
  'should be a version such as "1.4", or the first and the last in a list',
);

/**
 * The highest version that both speak.
 * @throws ElectrumError that ends the connection when there is none
 */
export function agreedVersion([first, last]: readonly [string, string]): string {
  const { min, max } = protocolRange;
  const agreed = isBefore(last, max) ? last : max;
  if (isBefore(agreed, first) || isBefore(agreed, min)) {
    const message = `unsupported protocol version: ${min} to ${max} are served, not ${first} to ${last}`;
    throw new ElectrumError(ElectrumCode.BAD_REQUEST, message, { last: true });
  }
  return agreed;
}

function isBefore(one: string, other: string): boolean {
  const [a, b] = [one, other].map((text) => text.split(".").map(Number));
  for (const at of [0, 1, 2]) {
    const difference = (a?.[at] ?? 0) - (b?.[at] ?? 0);
    if (difference !== 0) return difference < 0;
  }
  return false;
}
