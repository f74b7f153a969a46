/** What the arguments of actions must look like: the same as the commands of their names take. */
import * as z from "zod";

import { messageOf } from "../../base/message.ts";
import { integer } from "../../bootstrap/plan/settings/parts.ts";
import { problemLines } from "../../bootstrap/plan/settings/problems.ts";
import { checkSnapshotName } from "../../bootstrap/snapshots/names.ts";
import { readAmount } from "../../bootstrap/verbs/fund.ts";
import { readMoment, requireSeconds } from "../../bootstrap/verbs/time.ts";
import type { ActionName, Actions } from "./protocol.ts";

/** The arguments cannot be: the message names each. */
export class ActionArgumentError extends Error {
  override readonly name = "ActionArgumentError";
}

const name = z
  .string("give the name of a node or service")
  .min(1, "give the name of a node or service")
  .max(64, "a name has at most 64 characters");
const text = z.string("give text").min(1, "give text").max(200, "give at most 200 characters");

/** What `read` refuses is no argument, for the reason that it says. */
function readBy(read: (text: string) => unknown): z.ZodType<string, string> {
  return text.superRefine((value, context) => {
    try {
      read(value);
    } catch (error) {
      context.addIssue({ code: "custom", message: messageOf(error), params: { whole: true } });
    }
  });
}

function only<Shape extends z.ZodRawShape>(shape: Shape): z.ZodObject<Shape, z.core.$strict> {
  const names = Object.keys(shape).join(", ");
  const known = names === "" ? "the action takes none" : `the arguments are ${names}`;
  return z.strictObject(shape, {
    error: ({ code }) => (code === "unrecognized_keys" ? known : "give an object of arguments"),
  });
}

const schemas: { readonly [Name in ActionName]: z.ZodType<Actions[Name]> } = {
  mine: only({ blocks: integer(1, 10_000), to: z.exactOptional(text) }),
  fund: only({
    to: text,
    amount: readBy(readAmount),
    confirmations: z.exactOptional(integer(0, 1_000)),
  }),
  reorg: only({ depth: integer(1, 10_000) }),
  connect: only({ a: name, b: name }),
  disconnect: only({ a: name, b: name }),
  partition: only({
    groups: z
      .array(
        z.array(name, "give a list of names").min(1, "give a list of names"),
        "give lists of names",
      )
      .min(1, "give lists of names"),
  }),
  join: only({}),
  time: z.discriminatedUnion(
    "action",
    [
      only({ action: z.literal("set"), to: readBy(readMoment) }),
      only({ action: z.literal("advance"), to: readBy(requireSeconds) }),
      only({ action: z.literal("present") }),
    ],
    "give set, advance or present",
  ),
  stop: only({ name }),
  start: only({ name }),
  restart: only({ name }),
  pause: only({ name }),
  unpause: only({ name }),
  snapshot: only({ name: readBy(checkSnapshotName) }),
  reset: only({ to: z.exactOptional(text) }),
};

export function isActionName(name: string): name is ActionName {
  return Object.hasOwn(schemas, name);
}

/**
 * @param body the arguments as JSON
 * @throws ActionArgumentError
 */
export function readArguments<Name extends ActionName>(action: Name, body: string): Actions[Name] {
  let given: unknown;
  try {
    given = JSON.parse(body);
  } catch (error) {
    throw new ActionArgumentError("the arguments are no JSON", { cause: error });
  }
  if (typeof given !== "object" || given === null || Array.isArray(given)) {
    throw new ActionArgumentError("the arguments are no JSON object");
  }
  const { data, error } = schemas[action].safeParse(given);
  if (error === undefined) return data;
  throw new ActionArgumentError(`${action}: ${problemLines(error, given).join("; ")}`);
}
