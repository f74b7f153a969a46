import type { Figure } from "./figures.ts";
import type { Machine } from "./machine.ts";

/** What `npm run bench -- --json` prints. */
export interface Report {
  /** When it began: ISO 8601, UTC. */
  readonly date: string;
  readonly rounds: number;
  readonly machine: Machine;
  readonly figures: readonly Figure[];
}
