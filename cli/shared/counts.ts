import { InvalidArgumentError } from "commander";

/** Reads a whole number from 1 to `most` that somebody gave on the command line. */
export function countUpTo(most: number): (text: string) => number {
  return wholeIn(1, most);
}

/** The same from 0 on. */
export function wholeUpTo(most: number): (text: string) => number {
  return wholeIn(0, most);
}

/** Reads the number of a TCP port. */
export function port(text: string): number {
  return wholeIn(1, 65_535)(text);
}

function wholeIn(least: number, most: number): (text: string) => number {
  return (text) => {
    const count = Number(text);
    if (!/^\d+$/.test(text) || count < least || count > most)
      throw new InvalidArgumentError(`Give a whole number from ${least} to ${most}.`);
    return count;
  };
}
