import type { Progress } from "../../progress/steps.ts";
import { streamProgress } from "../../progress/stream.ts";

/** Progress whose lines are kept. */
export interface RecordedProgress extends Progress {
  readonly text: () => string;
}

export function recordProgress(): RecordedProgress {
  let text = "";
  const progress = streamProgress({
    write: (piece) => {
      text += piece;
    },
  });
  return Object.assign(progress, { text: () => text });
}
