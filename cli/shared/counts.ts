import { InvalidArgumentError } from "commander";

/** Reads a whole number from 1 to `most` that somebody gave on the command line. */
export function countUpTo(most: number): (text: string) => number {
  return (text) => {
    const count = Number(text);
    if (!/^\d+$/.test(text) || count < 1 || count > most)
      throw new InvalidArgumentError(`Give a whole number from 1 to ${most}.`);
    return count;
  };
}
