/**
 * A sequencer for vitest: files that take long, although they are short, begin first, so that none of them runs alone at
 * the end. Where vitest has no durations of an earlier run, as in a new clone, it goes by the sizes of files.
 */
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** More than a minute each on two cores. */
export const long = [
  "integration/hosts",
  "integration/package",
  "integration/services",
  "integration/verbs",
  "integration/scenarios",
  "integration/newer-engine",
  "integration/engine-elsewhere",
  "integration/topologies",
  "integration/documented",
  "integration/testing-kit",
  "integration/drift",
  "integration/state-kept",
  "integration/images",
];

export default class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return longestFirst(await super.sort(files));
  }
}

interface File {
  readonly moduleId: string;
  readonly project: { readonly name: string };
}

/** Moves the long ones to the front of their project; all others stay as they are. */
export function longestFirst<T extends File>(files: readonly T[]): T[] {
  const projects = [...new Set(files.map(({ project }) => project.name))];
  return projects.flatMap((name) => {
    const own = files.filter(({ project }) => project.name === name);
    return own.toSorted((a, b) => rank(a) - rank(b));
  });
}

function rank({ moduleId }: File): number {
  const found = long.findIndex((name) => moduleId.endsWith(`/${name}.test.ts`));
  return found === -1 ? long.length : found;
}
