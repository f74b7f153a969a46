import { expect, test } from "vitest";

import { faultLine, summaryLine } from "../../../../cli/dev/test-summary.ts";

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

test("the line of the faults counts the tests below tests/faults alone, and no skipped one", () => {
  const statuses = (...all: string[]) => all.map((status) => ({ status }));
  const file = (name: string, status: string, ...all: string[]) => ({
    name: `/somewhere/tests/${name}.test.ts`,
    status,
    assertionResults: statuses(...all),
  });
  const files = [
    file("unit/faults", "failed", "passed", "failed"),
    file("faults/short", "passed", "passed", "passed"),
    file("faults/long/kill", "failed", "passed", "failed", "skipped"),
    file("faults/long/clock", "failed"),
  ];
  expect(faultLine({ testResults: files })).toBe("faults: 5 tried, 3 survived");
  expect(faultLine({ testResults: files.slice(0, 1) })).toBeUndefined();
  expect(faultLine(undefined)).toBeUndefined();
});
