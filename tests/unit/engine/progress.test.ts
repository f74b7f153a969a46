import { Readable } from "node:stream";

import { expect, test } from "vitest";

import { followProgress } from "../../../engine/progress.ts";

/** An answer with these reports; and what was shown of it as status. */
async function follow(...reports: readonly object[]): Promise<string[]> {
  const shown: string[] = [];
  const ignore = (): void => undefined;
  const context = { urn: "", signal: AbortSignal.timeout(10_000), info: ignore, warn: ignore };
  const stream = Readable.from(reports.map((report) => `${JSON.stringify(report)}\n`));
  await followProgress(stream, { ...context, status: (text) => shown.push(text) });
  return shown;
}

test("what a build writes in pieces and colours is shown in lines", async () => {
  const pieces = [
    "Step 1/2 : FROM scratch\n ---> ",
    "5f8c\n",
    "\u001b[1;31mE:\u001b[0m",
    " ",
    "Unable to locate",
    "\n\n",
  ];
  expect(await follow(...pieces.map((stream) => ({ stream })))).toEqual([
    "Step 1/2 : FROM scratch",
    " ---> 5f8c",
    "E: Unable to locate",
  ]);
});

test("an error has the last lines, also one that is not whole", async () => {
  const reports = [{ stream: "one\n" }, { stream: "E: no " }, { stream: "such" }];
  await expect(follow(...reports, { error: "it failed" })).rejects.toThrow(
    "it failed\nThe last lines of its output:\n  one\n  E: no such",
  );
});

test("of a pull, each report is a line", async () => {
  const pulling = { status: "Downloading", id: "5f8c", progress: "[==>  ]" };
  expect(await follow(pulling, { status: "Digest: sha256:00" })).toEqual([
    "5f8c: Downloading [==>  ]",
    "Digest: sha256:00",
  ]);
});
