import { readFile } from "node:fs/promises";
import path from "node:path";

import { describe, expect, test } from "vitest";

import { waitFor } from "../../base/wait.ts";
import { startEngine } from "../../toolchain/engine.ts";
import { findOnPath } from "../../base/files/files.ts";
import { tempFolder } from "../helpers/temp-folder.ts";

const [dockerd, unshare] = ["dockerd", "unshare"].map((program) =>
  findOnPath(program, process.env["PATH"]),
);
const possible = process.getuid?.() === 0 && dockerd !== undefined && unshare !== undefined;

/**
 * A second engine beside the one that the tests use: nothing of it is shared, the network least of all.
 * Without a network namespace of its own, `--bridge=none` would make it remove the other one's docker0.
 */
function apart(folder: string): { command: [string, ...string[]]; host: string; pidFile: string } {
  const pidFile = path.join(folder, "pid");
  const host = `unix://${path.join(folder, "socket")}`;
  const folders = [
    ...["--data-root", path.join(folder, "data")],
    ...["--exec-root", path.join(folder, "exec")],
    ...["--pidfile", pidFile],
  ];
  const network = ["--bridge=none", "--iptables=false", "--host", host];
  return { command: ["unshare", "--net", "dockerd", ...folders, ...network], host, pidFile };
}

describe.skipIf(!possible)("an engine started here", () => {
  test("answers, outlives its starter's session, and ends on SIGTERM", async () => {
    await using folder = await tempFolder();
    const { command, host, pidFile } = apart(folder.path);
    const docker = await startEngine({
      command,
      connect: { host, env: {} },
      log: path.join(folder.path, "dockerd.log"),
      signal: AbortSignal.timeout(120_000),
    });
    const pid = Number(await readFile(pidFile, "utf8"));
    try {
      expect(await docker.info()).toMatchObject({ DockerRootDir: path.join(folder.path, "data") });
      // proc(5): the sixth field of stat is the session; its leader has its own pid there.
      const stat = await readFile(`/proc/${pid}/stat`, "utf8");
      expect(Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[3])).toBe(pid);
    } finally {
      process.kill(pid, "SIGTERM");
      await waitFor(
        () => Promise.resolve(isAlive(pid) ? { pending: `process ${pid} lives` } : true),
        {
          what: "the second engine to end",
          limitMs: 60_000,
        },
      );
    }
  });

  test("that ends at once is told with the end of its log", async () => {
    await using folder = await tempFolder();
    const { command, host } = apart(folder.path);
    const started = startEngine({
      command: [...command, "--no-such-flag"],
      connect: { host, env: {} },
      log: path.join(folder.path, "dockerd.log"),
      signal: AbortSignal.timeout(120_000),
    });
    await expect(started).rejects.toThrow(
      /^dockerd exited \(exit code \d+\)[^]*unknown flag: --no-such-flag/,
    );
  });
});

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
