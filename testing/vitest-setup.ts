/** For vitest's `globalSetup`: makes the snapshot of the tests' network before the first test, so that no test waits for it. */
import "../base/require-node.ts";

import type { ProvidedContext } from "vitest";

import { prepareSnapshot } from "./clone.ts";

/** @param project vitest's, whose configuration may provide `regtestNetwork`. Default: the default chain. */
export default async function setup(project: {
  getProvidedContext(): Partial<ProvidedContext>;
}): Promise<void> {
  await prepareSnapshot(project.getProvidedContext().regtestNetwork);
}
