import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdir, readdir, utimes } from "node:fs/promises";
import path from "node:path";

import { execa } from "execa";
import { expect, test, vi } from "vitest";

import { temporaryLock, withLock } from "../../../../base/files/lock.ts";
import { cachePaths, projectFolder } from "../../../../base/files/paths.ts";
import { recordProgress } from "../../../helpers/progress.ts";
import { tempFolder } from "../../../helpers/temp-folder.ts";

const what = "setting up the toolchain";

test("two runs take turns, and the one that waits says so once", async () => {
  await using folder = await tempFolder();
  const lock = cachePaths(folder.path).lockOf("pulumi");
  const progress = recordProgress();
  const order: string[] = [];
  const first = Promise.withResolvers<undefined>();
  const started = Promise.withResolvers<undefined>();
  const one = withLock(lock, { what, progress }, async () => {
    started.resolve(undefined);
    await first.promise;
    order.push("one");
  });
  await started.promise;
  const two = withLock(lock, { what, progress }, () => {
    order.push("two");
    return Promise.resolve();
  });
  while (progress.text() === "") await new Promise(setImmediate);
  first.resolve(undefined);
  await Promise.all([one, two]);
  expect(order).toEqual(["one", "two"]);
  expect(progress.text().match(/Another run is setting up the toolchain/g)).toHaveLength(1);
});

test("the lock is free again after a failure", async () => {
  await using folder = await tempFolder();
  const lock = cachePaths(folder.path).lockOf("pulumi");
  const progress = recordProgress();
  await expect(
    withLock(lock, { what, progress }, () => Promise.reject(new Error("broken"))),
  ).rejects.toThrow("broken");
  await expect(
    withLock(lock, { what, progress, limitMs: 5_000 }, () => Promise.resolve(1)),
  ).resolves.toBe(1);
  expect(await readdir(folder.path)).toEqual([]);
});

test("waiting ends at its limit and says what for", async () => {
  await using folder = await tempFolder();
  const lock = cachePaths(folder.path).lockOf("pulumi");
  const progress = recordProgress();
  await withLock(lock, { what, progress }, async () => {
    await expect(
      withLock(lock, { what, progress, limitMs: 1_000 }, () => Promise.resolve()),
    ).rejects.toThrow(
      /^waited 1 s for the end of another run that is setting up the toolchain; last seen: another run holds /,
    );
  });
});

test("one that gave up leaves the lock to others, also when it comes late", async () => {
  await using folder = await tempFolder();
  const lock = cachePaths(folder.path).lockOf("pulumi");
  const progress = recordProgress();
  const work = (): Promise<number> => Promise.resolve(1);
  await withLock(lock, { what, progress, limitMs: 0 }, work).catch(() => undefined);
  expect(await withLock(lock, { what, progress, limitMs: 5_000 }, work)).toBe(1);
});

test("a lock whose owner was killed is taken over", async () => {
  await using folder = await tempFolder();
  const lock = cachePaths(folder.path).lockOf("pulumi");
  const owner = spawn(
    process.execPath,
    [
      "--input-type=module",
      "-e",
      `import { lock } from "proper-lockfile";
       const lockfilePath = process.argv[1];
       await lock(lockfilePath, { lockfilePath, realpath: false, stale: 2000 });
       console.log("locked");
       setInterval(() => {}, 1000);`,
      lock,
    ],
    { cwd: projectFolder, stdio: ["ignore", "pipe", "inherit"] },
  );
  await once(owner.stdout, "data");
  owner.kill("SIGKILL");
  await once(owner, "exit");
  const progress = recordProgress();
  const taken = withLock(lock, { what, progress, staleMs: 2_000, limitMs: 15_000 }, () =>
    Promise.resolve(1),
  );
  await expect(taken).resolves.toBe(1);
  expect(progress.text()).toContain("waiting for it to finish");
});

const isRoot = process.getuid?.() === 0;

test.skipIf(!isRoot)("what a killed process left of another user is in nobody's way", async () => {
  await using folder = await tempFolder();
  // As the machine's own: nobody but the owner removes what is in it.
  await chmod(folder.path, 0o1777);
  vi.stubEnv("TMPDIR", folder.path);
  try {
    const left = temporaryLock("some");
    expect(path.dirname(left)).toBe(folder.path);
    await mkdir(left);
    await utimes(left, 1, 1);
    const { stdout } = await execa({
      cwd: projectFolder,
    })`node --input-type=module-typescript -e ${`
      import { temporaryLock, withLock } from "./base/files/lock.ts";
      // Once all is read: the project's folder may be root's alone.
      process.setuid(65_534);
      const options = { what: "working", progress: { note: console.log } };
      await withLock(temporaryLock("some"), options, async () => console.log("locked"));`}`;
    expect(stdout).toBe("locked");
  } finally {
    vi.unstubAllEnvs();
  }
});
