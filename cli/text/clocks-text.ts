import { isoTime } from "../../bootstrap/clock/mocktime.ts";
import type { Clocks } from "../../bootstrap/verbs/time.ts";

/** @param network in sentences, such as `stack dev` */
export function clocksText(network: string, { still, newestBlock, nextBlock }: Clocks): string {
  const shown = still === undefined ? "show the present" : `stand still at ${isoTime(still)}`;
  return (
    `The clocks of ${network} ${shown}\n` +
    `The newest block is of ${isoTime(newestBlock)}, the next would be of ${isoTime(nextBlock)}\n`
  );
}

/** For a program. */
export function clocksValues({ still, newestBlock, nextBlock }: Clocks): object {
  return {
    standsStill: still !== undefined,
    ...(still !== undefined && { time: isoTime(still) }),
    ...{ newestBlock: isoTime(newestBlock), nextBlock: isoTime(nextBlock) },
  };
}
