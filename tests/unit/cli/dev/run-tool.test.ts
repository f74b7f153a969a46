import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";

import { expect, it } from "vitest";

import { projectFolder } from "../../../../base/files/paths.ts";

/** Runs a tool that waits for its input. */
const program = `
  import { runTool } from "./cli/dev/run-tool.ts";
  process.exitCode = await runTool("eslint", ["--stdin"]);
`;

it.each(["SIGTERM", "SIGINT"] as const)("ends the tool when it gets %s alone", async (signal) => {
  // Input that does not end with who has it.
  const input = spawn("sleep", ["60"], { stdio: ["ignore", "pipe", "ignore"] });
  const child = spawn(process.execPath, ["--input-type=module", "--eval", program], {
    cwd: projectFolder,
    stdio: [input.stdout, "pipe", "pipe"],
  });
  const { pid = 0 } = child;
  const tool = async (): Promise<string> =>
    (await readFile(`/proc/${pid}/task/${pid}/children`, "utf8")).trim();
  try {
    // The tool has the same output, which ends with both.
    const closed = once(child, "close");
    await expect.poll(tool).toMatch(/^\d+$/);
    child.kill(signal);
    expect(await closed).toEqual([null, signal]);
  } finally {
    input.kill();
  }
});
