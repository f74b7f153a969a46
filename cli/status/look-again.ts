import type Docker from "dockerode";

import { lookAt } from "../../bootstrap/status/look.ts";
import type { StatusReport } from "../../bootstrap/status/report.ts";
import { connectTo } from "../../engine/engine-input.ts";
import { isWhole } from "../../engine/fleet.ts";
import type { DeclaredState } from "../../stack/declared-stack.ts";

/**
 * Looks at a network each time that it is called. After a look that failed, or to which a host did not answer, it connects
 * to the engines again: another one may answer by then.
 */
export function lookAgain(
  { declared, engine }: Pick<DeclaredState, "declared" | "engine">,
  signal: AbortSignal,
): () => Promise<StatusReport> {
  let kept: Docker | undefined;
  return async () => {
    const docker = kept ?? (await connectTo({ engine }, signal, { silentToo: true }));
    kept = undefined;
    const report = await lookAt(docker, declared, signal);
    if (isWhole(docker)) kept = docker;
    return report;
  };
}
