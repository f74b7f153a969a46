/** What the schemas are made of. The message of each says what is allowed, as the end of "… is not allowed; …". */
import * as z from "zod";

export function matching(pattern: RegExp, allowed: string): z.ZodString {
  return z.string(allowed).regex(pattern, allowed);
}

export function integer(
  from: number,
  to: number,
  allowed = `give a whole number from ${from} to ${to}`,
): z.ZodInt {
  return z.int(allowed).min(from, allowed).max(to, allowed);
}

/** An object with these keys and no others. */
export function objectOf<T extends z.ZodRawShape>(shape: T): z.ZodObject<T, z.core.$strict> {
  const keys = Object.keys(shape).join(", ");
  return z.strictObject(shape, {
    error: ({ code }) =>
      code === "unrecognized_keys"
        ? `there is no such key; there are ${keys}`
        : `give an object with ${keys}`,
  });
}

/** A time or a span as text, in seconds; "" is undefined. */
export function secondsAs(
  read: (text: string) => number | undefined,
  allowed: string,
): z.ZodPrefault<z.ZodType<number | undefined, string>> {
  return z
    .string(allowed)
    .transform((text, context) => {
      const seconds = text === "" ? undefined : read(text);
      if (seconds === undefined && text !== "")
        context.issues.push({ code: "custom", message: allowed, input: text });
      return seconds;
    })
    .prefault("");
}
