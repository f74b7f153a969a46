import type { Progress } from "../../base/progress/steps.ts";
import { streamProgress } from "../../base/progress/stream.ts";

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
