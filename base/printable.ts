/** Makes text from outside safe to print: on a terminal, a control character could move the cursor, hide lines or type for the reader. */

/**
 * The text with its control characters written out, as `\u001b`, and those that turn the direction of
 * writing with them. Lines and tabs stay.
 */
export function printable(text: string): string {
  return text.replaceAll("\r\n", "\n").replaceAll(unprintable, writtenOut);
}

/** As {@link printable}, and on one line. */
export function printableLine(text: string): string {
  return printable(text).replaceAll(/[\t\n]/g, writtenOut);
}

/** The value, an object of a report, with every text in it as {@link printable} writes it. */
export function printableTexts<T>(value: T): T {
  return mapped(value) as T;
}

function mapped(value: unknown): unknown {
  if (typeof value === "string") return printable(value);
  if (Array.isArray(value)) return value.map(mapped);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, mapped(member)]));
}

/** C0 but for tab and line feed, DEL, C1; marks and overrides of direction, separators of lines and paragraphs. */
const unprintable =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

function writtenOut(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
