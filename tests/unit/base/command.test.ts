import { readFile } from "node:fs/promises";
import path from "node:path";

import { expect, test } from "vitest";

import { runCommand } from "../../../base/command.ts";
import { tempFolder } from "../../helpers/temp-folder.ts";

test("a command that fails is told with its last lines, and all of them are in its log", async () => {
  await using folder = await tempFolder();
  const log = path.join(folder.path, "logs", "count.log");
  const script = 'for i in $(seq 40); do echo "line $i"; done; echo "it broke" >&2; exit 3';
  const failure = runCommand("sh", ["-c", script], { log });
  await expect(failure).rejects.toThrow(/^sh -c .* failed \(exit code 3\)\. Last lines of/);
  await expect(failure).rejects.toThrow(`Last lines of ${log}:\n  line 27\n`);
  await expect(failure).rejects.toThrow(/ {2}line 40\n {2}it broke$/);
  expect((await readFile(log, "utf8")).split("\n")).toHaveLength(42);
});

test("a command that is not there is told by name", async () => {
  await using folder = await tempFolder();
  const log = path.join(folder.path, "log");
  await expect(runCommand("no-such-program", [], { log })).rejects.toThrow(
    /no-such-program.*ENOENT/,
  );
});

test("a command ends with the caller's signal", async () => {
  await using folder = await tempFolder();
  const stop = new AbortController();
  const command = runCommand("sleep", ["60"], {
    log: path.join(folder.path, "log"),
    signal: stop.signal,
  });
  stop.abort(new Error("stopped by SIGINT"));
  await expect(command).rejects.toThrow("stopped by SIGINT");
});
