/** Removing what containers may still use for a moment. */
import { waitFor } from "../../base/wait.ts";
import { statusCodeOf } from "../../engine/engine-error.ts";
import type { OperationContext } from "../server/handler.ts";
import { orGone } from "../../engine/engine-calls.ts";

/** Milliseconds in which containers that are on their way out may still hold it. */
const removalTimeLimit = 30_000;

export interface Removal {
  /** As in "network", for messages. */
  readonly what: string;
  /** The statuses with which the engine refuses while containers use it. */
  readonly inUse: readonly number[];
  readonly remove: (abortSignal: AbortSignal) => Promise<unknown>;
}

/** Removes it as soon as no container uses it any more. One that is gone already is no error. */
export async function removeWhenFree(
  { what, inUse, remove }: Removal,
  context: OperationContext,
): Promise<void> {
  await waitFor(
    async (abortSignal) => {
      try {
        await orGone(`Unable to remove ${what}`, remove(abortSignal));
        return true;
      } catch (error) {
        if (!inUse.includes(statusCodeOf(error) ?? 0)) throw error;
        context.status(`waiting for containers to leave the ${what}`);
        return { pending: (error as Error).message };
      }
    },
    {
      what: `the ${what} to be removed`,
      limitMs: removalTimeLimit,
      tryLimitMs: removalTimeLimit,
      signal: context.signal,
    },
  );
}
