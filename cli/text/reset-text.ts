import { isoTime } from "../../bootstrap/clock/mocktime.ts";
import type { StoredSnapshot } from "../../bootstrap/snapshots/find.ts";
import { outsidersText } from "../../bootstrap/snapshots/reset/old-blocks.ts";
import type { ResetResult } from "../../bootstrap/snapshots/reset/reset.ts";
import { freshBlockText } from "./fresh-block-text.ts";

/** @param network in sentences, such as `stack dev` */
export function resetText(
  network: string,
  { name, manifest: { facts, clock } }: StoredSnapshot,
  { old, fresh }: ResetResult,
): string {
  const capitalised = `${network.slice(0, 1).toUpperCase()}${network.slice(1)}`;
  const lines = [
    `${capitalised} is back at snapshot ${name}: height ${facts.height}, tip ${facts.tip}`,
    ...(clock === undefined ? [] : [`Its clocks stand still at ${isoTime(clock)}`]),
    ...(fresh === undefined ? [] : [freshBlockText(fresh)]),
    ...(old === undefined ? [] : outsidersText(old, facts)),
  ];
  return `${lines.join("\n")}\n`;
}

/** For a program. */
export function resetValues(
  { name, manifest: { facts, clock } }: StoredSnapshot,
  { old, fresh }: ResetResult,
): object {
  const { outsiders = [], refusable } = old ?? {};
  return {
    ...{ snapshot: name, height: facts.height, tip: facts.tip },
    ...(clock !== undefined && { clock: isoTime(clock) }),
    ...(fresh !== undefined && { freshBlock: fresh }),
    ...(outsiders.length > 0 && { outsiders, oldBlocksRefused: refusable }),
  };
}
