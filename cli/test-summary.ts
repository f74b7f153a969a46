/** The counts of a vitest JSON report in one line that scripts can read: "12 passed, 0 failed, 1 skipped". */
export function summaryLine(report: Record<string, unknown> | undefined): string {
  // Without a report vitest did not even start.
  if (report === undefined) return "0 passed, 1 failed, 0 skipped";
  const count = (key: string): number => {
    const value = report[key];
    return typeof value === "number" ? value : 0;
  };
  const failed = count("numFailedTests") + filesThatDidNotLoad(report["testResults"]);
  const skipped = count("numPendingTests") + count("numTodoTests");
  return `${count("numPassedTests")} passed, ${failed} failed, ${skipped} skipped`;
}

/** A file that fails outside of its tests counts as one failure: it has no failed test to be counted by. */
function filesThatDidNotLoad(files: unknown): number {
  if (!Array.isArray(files)) return 0;
  return files.filter((file: { status?: unknown; assertionResults?: { status?: unknown }[] }) => {
    const tests = file.assertionResults ?? [];
    return file.status === "failed" && !tests.some(({ status }) => status === "failed");
  }).length;
}
