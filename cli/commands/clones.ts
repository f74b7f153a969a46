/** Networks of one's own from snapshots: starting, seeing and removing them. */
import type { Command } from "commander";

import { register as registerClone } from "./clone.ts";
import { register as registerEnsure } from "./ensure.ts";
import { register as registerList } from "./list.ts";
import { register as registerRelease } from "./release.ts";

export function registerClones(program: Command): void {
  registerClone(program);
  registerList(program);
  registerRelease(program);
  registerEnsure(program);
}
