/** What a method of the protocol is made of: its parameters, by position or by name, and what it answers. */
import { z } from "zod";

import { badRequest, ElectrumCode, ElectrumError } from "../wire/electrum-error.ts";
import type { Params } from "../wire/json-rpc.ts";

/** What the server knows of one client. */
export interface Session {
  /** Whether the client has said which versions of the protocol it speaks. */
  identified: boolean;
  /** Tells the client of every new tip from now on. */
  followTips(): void;
  /** Tells the client of every change of the script's history from now on. Returns the status that it has now. */
  follow(scripthash: string): string | null;
  /** Returns whether the client was told of it. */
  unfollow(scripthash: string): boolean;
}

export type Method = (params: Params, session: Session) => unknown;

/**
 * @param shape The parameters by their names, in the order of their positions. What a client gives beyond them is not
 *   looked at, as other servers have it: some clients send more than there is.
 */
export function method<Shape extends z.ZodRawShape>(
  shape: Shape,
  run: (given: z.output<z.ZodObject<Shape>>, session: Session) => unknown,
): Method {
  const schema = z.object(shape);
  const names = Object.keys(shape);
  return (params, session) => {
    const byName: Readonly<Record<string, unknown>> = isList(params)
      ? Object.fromEntries(names.map((name, at) => [name, params[at]]))
      : params;
    const read = schema.safeParse(byName);
    if (read.success) return run(read.data, session);
    const { path = [], message = "" } = read.error.issues[0] ?? {};
    const name = String(path[0]);
    if (byName[name] === undefined)
      throw new ElectrumError(ElectrumCode.INVALID_PARAMS, `${name} is missing`);
    throw badRequest(`${name} ${message}`);
  };
}

/** Array.isArray tells a readonly list apart from nothing. */
function isList(params: Params): params is readonly unknown[] {
  return Array.isArray(params);
}

const hash = z
  .string("should be a text")
  .regex(/^[0-9a-f]{64}$/i, "should be 64 hex digits")
  .toLowerCase();

const natural = z.int("should be a whole number").nonnegative("should not be negative");

export const parameter = {
  hash,
  natural,
  /** Height of a checkpoint; 0: none. */
  checkpoint: natural.default(0),
  flag: z.boolean("should be true or false").default(false),
  hex: z.string("should be a text").regex(/^(?:[0-9a-f]{2})+$/i, "should be bytes in hex"),
} as const;
