/** What a snapshot made by name may be called, and what its images are called after it. */
import type { NetworkMembers } from "../services/members.ts";

/** Docker's rule for a path component of an image reference. */
const namePattern = /^[a-z0-9]+(?:(?:\.|_{1,2}|-+)[a-z0-9]+)*$/;
const longestName = 64;
/** `npm run snapshot -- list` is a subcommand, not a snapshot called list. */
const reserved = new Set([
  "list",
  "show",
  "diff",
  "remove",
  "export",
  "import",
  "push",
  "pull",
  "help",
]);

/** @throws Error that says what is allowed */
export function checkSnapshotName(name: string): void {
  if (name.length > longestName || !namePattern.test(name)) {
    throw new Error(
      `"${name}" is not a valid snapshot name: use at most ${longestName} of a-z and 0-9, ` +
        'with single ".", "_" or "-" between them',
    );
  }
  if (reserved.has(name))
    throw new Error(`"${name}" is a subcommand and cannot be a snapshot name`);
}

/** The repositories of snapshots that belong to no stack. */
export const keptUnder = "regtest-snapshot/";

/** Name of each node and service → where its image is kept. */
export function snapshotReferences(
  snapshot: string,
  { nodes, services = [] }: NetworkMembers,
): Record<string, string> {
  const references = [...nodes, ...services].map(
    ({ name }) => [name, snapshotReference(snapshot, name)] as const,
  );
  return Object.fromEntries(references);
}

/** Where the image of one node or service is kept. */
export function snapshotReference(name: string, node: string): string {
  return `${keptUnder}${name}:${node}`;
}
