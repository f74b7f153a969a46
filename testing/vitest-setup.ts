/** For vitest's `globalSetup`: creates the snapshot of the default chain before the first test, so that no test waits for it. */
import "../base/require-node.ts";

import { prepareSnapshot } from "./clone.ts";

export default async function setup(): Promise<void> {
  await prepareSnapshot();
}
