/** The words for a step, on a terminal or in lines. */
import type { Step } from "./steps.ts";

/** With what it is a part of: `bootstrap: mine to height 101`. */
export function fullTitle({ title, within }: Step): string {
  return within === undefined ? title : `${fullTitle(within)}: ${title}`;
}

/** `node alice creating`, `mine to height 101`. */
export function beginning(step: Step, title = step.title): string {
  return step.action === undefined ? title : `${title} ${step.action.doing}`;
}

/** Tenths of a second as long as they matter to somebody who waits. */
export function duration(seconds: number): string {
  return `${seconds.toFixed(seconds < 9.95 ? 1 : 0)} s`;
}
