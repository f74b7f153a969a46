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

/** How many faults were tried and how many of them survived: "faults: 71 tried, 71 survived"; `undefined`: none was tried. */
export function faultLine(report: Record<string, unknown> | undefined): string | undefined {
  const files = filesOf(report?.["testResults"]).filter(({ name }) =>
    name?.includes("/tests/faults/"),
  );
  const tests = files.flatMap(({ assertionResults = [] }) => assertionResults);
  const count = (wanted: string): number => tests.filter(({ status }) => status === wanted).length;
  const survived = count("passed");
  const tried = survived + count("failed") + filesThatDidNotLoad(files);
  return tried === 0 ? undefined : `faults: ${tried} tried, ${survived} survived`;
}

/** A file that fails outside of its tests counts as one failure: it has no failed test to be counted by. */
function filesThatDidNotLoad(files: unknown): number {
  return filesOf(files).filter(
    ({ status, assertionResults = [] }) =>
      status === "failed" && !assertionResults.some(({ status }) => status === "failed"),
  ).length;
}

/** What is read of one file in a vitest JSON report. */
interface ReportedFile {
  readonly name?: string;
  readonly status?: unknown;
  readonly assertionResults?: readonly { readonly status?: unknown }[];
}

function filesOf(files: unknown): readonly ReportedFile[] {
  return Array.isArray(files) ? (files as ReportedFile[]) : [];
}
