import { nearest } from "../../base/nearest.ts";
import { excerpt } from "../../bootstrap/rpc/rpc-errors.ts";

/** Longer words are not a misspelt key. */
const longestWord = 64;

/**
 * A line for each key that Pulumi.yaml does not declare: Pulumi itself takes any, and what it was to set would
 * stay as it is.
 * @param keys of the whole configuration, with their namespaces: `regtest-network:blocks`
 */
export function unknownKeys(
  keys: readonly string[],
  { project, stack }: { readonly project: string; readonly stack: string },
  known: readonly string[],
): string[] {
  return keys
    .filter((key) => key.startsWith(`${project}:`))
    .map((key) => key.slice(project.length + 1))
    .filter((key) => !known.includes(key))
    .map((key) => {
      const meant = key.length > longestWord ? undefined : nearest(key, known);
      const name = excerpt(key, longestWord);
      const instead =
        meant === undefined ? `the keys are ${known.join(", ")}.` : `did you mean ${meant}?`;
      return `${name}: there is no such key; ${instead} Remove it: npm run pulumi -- config rm --stack ${stack} ${name}`;
    });
}
