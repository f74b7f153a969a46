import type { StatusReport } from "../../bootstrap/status/report.ts";
import { paintFor } from "../text/paint.ts";
import { statusText } from "../text/status-text.ts";

/** Columns where nothing says how many there are. */
const usualWidth = 80;
const leastWidth = 60;

/**
 * The status as text, for the width and the colours of standard output.
 * @param rows lines that there is room for
 */
export function drawn(report: StatusReport, rows?: number): string {
  const { stdout } = process;
  // A terminal may say that it has none.
  const columns = stdout.isTTY ? stdout.columns || usualWidth : usualWidth;
  const width = Math.max(leastWidth, columns);
  return statusText(report, width, paintFor(stdout), rows);
}
