/** A connection that is not made leaves nothing behind, and says why. */
import { chmod, readdir } from "node:fs/promises";
import path from "node:path";

import { afterEach, beforeEach, expect, it, vi } from "vitest";

import { tunnelTo } from "../../../engine/ssh.ts";
import { type TempFolder, tempFolder } from "../../helpers/temp-folder.ts";

let folder: TempFolder;
beforeEach(async () => {
  folder = await tempFolder();
  await folder.write({ "tmp/kept": "" });
  vi.stubEnv("TMPDIR", path.join(folder.path, "tmp"));
  vi.stubEnv("PATH", `${folder.path}:${process.env["PATH"] ?? ""}`);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await folder[Symbol.asyncDispose]();
});

/** @param script what ssh does instead */
async function sshThat(script: string): Promise<void> {
  await folder.write({ ssh: `#!/bin/sh\n${script}\n` });
  await chmod(path.join(folder.path, "ssh"), 0o755);
}

const left = (): Promise<string[]> => readdir(path.join(folder.path, "tmp"));

it("that is interrupted", async () => {
  await sshThat("exec sleep 20");
  const reason = new Error("Ctrl-C");
  const controller = new AbortController();
  const opened = tunnelTo("ssh://interrupted", controller.signal);
  await expect.poll(left).toHaveLength(2);
  controller.abort(reason);
  await expect(opened).rejects.toBe(reason);
  expect(await left()).toEqual(["kept"]);
});

it("whose ssh refuses", async () => {
  await sshThat("echo 'no such host' >&2; exit 255");
  await expect(tunnelTo("ssh://refused")).rejects.toThrow(
    "ssh ended with exit code 255: no such host",
  );
  expect(await left()).toEqual(["kept"]);
});

it("that somebody kills", async () => {
  await sshThat("kill -9 $PPID");
  await expect(tunnelTo("ssh://killed")).rejects.toThrow(
    'ssh ended with exit code unknown: it wrote nothing; "ssh -- killed" must work',
  );
  expect(await left()).toEqual(["kept"]);
});
