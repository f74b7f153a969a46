import { expect, test } from "vitest";

import { summaryLine } from "../../cli/test-summary.ts";

const report = {
  numPassedTests: 12,
  numFailedTests: 2,
  numPendingTests: 3,
  numTodoTests: 1,
  testResults: [
    { status: "passed", assertionResults: [{ status: "passed" }] },
    { status: "failed", assertionResults: [{ status: "passed" }, { status: "failed" }] },
  ],
};

test("the line counts passed, failed and skipped tests", () => {
  expect(summaryLine(report)).toBe("12 passed, 2 failed, 4 skipped");
});

test("a file that did not load is a failure", () => {
  const broken = { status: "failed", assertionResults: [] };
  expect(summaryLine({ ...report, testResults: [...report.testResults, broken] })).toBe(
    "12 passed, 3 failed, 4 skipped",
  );
});

test("no report is a failure", () => {
  expect(summaryLine(undefined)).toBe("0 passed, 1 failed, 0 skipped");
});
