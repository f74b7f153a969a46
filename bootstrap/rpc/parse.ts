/** Reading JSON that a stranger may have written: in bounded time and memory, and without rounding. */

/**
 * What an answer may hold. Each limit is above what bitcoind answers, and keeps JSON.parse within a
 * second or two where a hostile text of the same size takes half a minute and a gigabyte.
 */
export const answerLimits = {
  /** Objects and arrays in each other; bitcoind's own parser takes no more (univalue.h, MAX_JSON_DEPTH). */
  depth: 512,
  /** Objects and arrays in all. A full block of the smallest outputs, by `getblock HASH 2`, has some 300 000. */
  containers: 1_000_000,
  /** Different names of members. `getrawmempool true` has one for each transaction. */
  names: 250_000,
} as const;

/** The text is JSON, as far as it was read, and not to be taken. */
export class UnacceptableJsonError extends Error {
  override readonly name = "UnacceptableJsonError";
}

/** What becomes of an integer that a number cannot hold exactly; those exist beyond 2^53. */
export type LargeIntegers = "refuse" | "bigint";

/**
 * Parses a text within {@link answerLimits}.
 * @throws SyntaxError when it is no JSON
 * @throws UnacceptableJsonError when it is beyond a limit, or has an integer that would be rounded;
 *   then the message names the integer's place
 */
export function parseJson(text: string, largeIntegers: LargeIntegers = "refuse"): unknown {
  const large = firstLargeInteger(text);
  if (large === undefined) return JSON.parse(text) as unknown;
  if (largeIntegers === "bigint") return JSON.parse(text, keepExact) as unknown;
  throw new UnacceptableJsonError(
    `${placeOf(text, large)} is an integer that a JavaScript number cannot hold exactly; ` +
      'with largeIntegers: "bigint" the client returns it whole',
  );
}

/** Length of the shortest integer that a number may not hold: 2^53 + 1 has 16 digits. */
const shortestLarge = 16;

const code = {
  space: 0x20,
  quote: 0x22,
  minus: 0x2d,
  zero: 0x30,
  nine: 0x39,
  openArray: 0x5b,
  closeArray: 0x5d,
  openObject: 0x7b,
  closeObject: 0x7d,
} as const;

/**
 * Looks through the text once, without making anything of it, and refuses what is beyond a limit. Text
 * that is not JSON is rejected by JSON.parse.
 * @returns the index of the first integer that a number cannot hold exactly
 */
function firstLargeInteger(text: string): number | undefined {
  let depth = 0;
  let containers = 0;
  const names = new Set<string>();
  const number = /[-+.\deE]*/y;
  let first: number | undefined;
  for (let at = 0; at < text.length; at++) {
    const char = text.charCodeAt(at);
    if (char === code.quote) {
      const end = endOfString(text, at);
      if (isName(text, end)) {
        names.add(text.slice(at + 1, end));
        refuseMore(names.size, "names", "different names");
      }
      at = end;
    } else if (char === code.openArray || char === code.openObject) {
      refuseMore(++depth, "depth", "nested objects and arrays");
      refuseMore(++containers, "containers", "objects and arrays");
    } else if (char === code.closeArray || char === code.closeObject) {
      depth -= 1;
    } else if (char === code.minus || (char >= code.zero && char <= code.nine)) {
      number.lastIndex = at;
      const [token = ""] = number.exec(text) ?? [];
      if (first === undefined && isLargeInteger(token)) first = at;
      at += token.length - 1;
    }
  }
  return first;
}

/** Index of the quote that ends the string that begins at `start`; past the text's end when there is none. */
function endOfString(text: string, start: number): number {
  for (let at = start + 1; ; at++) {
    const quote = text.indexOf('"', at);
    if (quote < 0) return text.length;
    let backslashes = 0;
    while (text[quote - 1 - backslashes] === "\\") backslashes += 1;
    if (backslashes % 2 === 0) return quote;
    at = quote;
  }
}

/** Whether the string that ends there is the name of a member. */
function isName(text: string, end: number): boolean {
  let at = end + 1;
  while (text.charCodeAt(at) <= code.space) at += 1;
  return text[at] === ":";
}

function refuseMore(count: number, limit: keyof typeof answerLimits, what: string): void {
  const most = answerLimits[limit];
  if (count > most) throw new UnacceptableJsonError(`it has more than ${most} ${what}`);
}

function isLargeInteger(token: string): boolean {
  return (
    token.length >= shortestLarge &&
    /^-?\d+$/.test(token) &&
    BigInt(Number(token)) !== BigInt(token)
  );
}

function keepExact(_key: string, value: unknown, context?: { readonly source?: string }): unknown {
  const source = context?.source ?? "";
  return typeof value === "number" && isLargeInteger(source) ? BigInt(source) : value;
}

/** Where the value at an index of the text is: `result.txs[3].fee`. */
function placeOf(text: string, index: number): string {
  /** Of each container around it: the member's name, or the element's index. */
  const around: (string | number)[] = [];
  for (let at = 0; at < index; at++) {
    const char = text[at];
    const last = around.at(-1);
    if (char === '"') {
      const end = endOfString(text, at);
      if (isName(text, end)) around[around.length - 1] = text.slice(at + 1, end);
      at = end;
    } else if (char === "[") around.push(0);
    else if (char === "{") around.push("");
    else if (char === "]" || char === "}") around.pop();
    else if (char === "," && typeof last === "number") around[around.length - 1] = last + 1;
  }
  return around
    .map((step) => (typeof step === "number" ? `[${step}]` : `.${step}`))
    .join("")
    .replace(/^\./, "");
}
