import { spawnSync } from "node:child_process";
import { stat, writeFile } from "node:fs/promises";
import path from "node:path";

import { expect, onTestFinished, test, vi } from "vitest";

import { isAuthOf, rpcAuth } from "../../../../bootstrap/keys/rpcauth.ts";
import { temporaryPassword } from "../../../../bootstrap/keys/temporary-password.ts";
import { projectFolder } from "../../../../base/files/paths.ts";
import { tempFolder } from "../../../helpers/temp-folder.ts";

/** The passwords that a process with this folder derives. */
function passwords(state: string, ...ids: string[]): string[] {
  const script = `import { temporaryPassword } from "./bootstrap/keys/temporary-password.ts";
    for (const id of process.argv.slice(1)) console.log(await temporaryPassword(id));`;
  const options = ["--disable-warning=ExperimentalWarning", "--input-type=module-typescript", "-e"];
  const { stdout } = spawnSync(process.execPath, [...options, script, ...ids], {
    cwd: projectFolder,
    env: { ...process.env, XDG_STATE_HOME: state },
    encoding: "utf8",
  });
  return stdout.trim().split("\n");
}

test("a password is the same in each process of the user, and another for each network and user", async () => {
  await using mine = await tempFolder();
  await using other = await tempFolder();
  const [one, two] = passwords(mine.path, "temporary-1", "temporary-2");
  expect(one).toMatch(/^[\w-]{43}$/);
  expect(two).not.toBe(one);
  expect(passwords(mine.path, "temporary-1")).toEqual([one]);
  expect(passwords(other.path, "temporary-1")).not.toEqual([one]);
  const { mode } = await stat(path.join(mine.path, "regtest-network/key"));
  expect(mode & 0o777).toBe(0o600);
});

test("a process that is told of another folder takes the key in that", async () => {
  await using folder = await tempFolder();
  onTestFinished(() => {
    vi.unstubAllEnvs();
  });
  const [one, two] = await Promise.all(
    ["one", "two"].map((name) => {
      vi.stubEnv("XDG_STATE_HOME", path.join(folder.path, name));
      return temporaryPassword("temporary-1");
    }),
  );
  expect(one).not.toBe(two);
  expect(passwords(path.join(folder.path, "one"), "temporary-1")).toEqual([one]);
});

test("where no key can be written there is a password all the same", async () => {
  await using folder = await tempFolder();
  const file = path.join(folder.path, "file");
  await writeFile(file, "");
  const [one] = passwords(file, "temporary-1");
  expect(one).toMatch(/^[\w-]{43}$/);
  expect(passwords(file, "temporary-1")).not.toEqual([one]);
});

test("a value of -rpcauth is told from that of another password", () => {
  const auth = `-rpcauth=${rpcAuth("user", "secret")}`;
  expect(isAuthOf(auth, "secret")).toBe(true);
  expect(isAuthOf(auth, "Secret")).toBe(false);
  expect(isAuthOf("", "")).toBe(false);
});
