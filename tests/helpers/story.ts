/** Tests of one file of which each finds what the ones before it left. */
import { it } from "vitest";

import { whyNotHere } from "./official-plugin.ts";

type Work = () => Promise<void>;

export interface Story {
  /** In place of vitest's. */
  readonly test: (title: string, work: Work) => void;
  /**
   * For a hook that needs the tests above the place of this call: they are run by what it returns. Call it beside
   * those tests: what is in a `describe` within is registered after all that is around it.
   */
  readonly soFar: () => Work;
}

/** Tests in their order. One that is asked for alone, as by `-t`, runs those before it first; of all, each runs once. */
export function story(): Story {
  const add = inOrder();
  return {
    test: (title, work) => {
      // What is skipped is run by the next one all the same, for what it leaves; what it asserts is not asked for.
      const skipped = whyNotHere(title) !== undefined;
      it(title, add(skipped ? () => work().catch(() => undefined) : work));
    },
    soFar: () => add(() => Promise.resolve()),
  };
}

/** Each of what is given to it in turn comes back as a function that does what was given before and is not done yet. */
export function inOrder(): (work: Work) => Work {
  const all: Work[] = [];
  let done = 0;
  return (work) => {
    const own = all.push(work);
    return async () => {
      while (done < own) {
        // One that failed is not tried again: whoever asked for it has heard.
        const next = all[done++];
        await next?.();
      }
    };
  };
}
