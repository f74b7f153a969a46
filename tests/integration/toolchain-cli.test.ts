import { randomBytes } from "node:crypto";
import { chmod, mkdir, writeFile } from "node:fs/promises";
import path from "node:path";

import { execa } from "execa";
import { describe, expect, test } from "vitest";

import { projectFolder } from "../../base/files/paths.ts";
import { PULUMI_VERSION } from "../../toolchain/pulumi/versions.ts";
import { ProjectStack } from "../helpers/stack.ts";
import { tempFolder } from "../helpers/temp-folder.ts";

/** What `npm run -s pulumi -- ARGS` comes to, on the backend of this test run. */
function pulumi(args: readonly string[], env: NodeJS.ProcessEnv = {}) {
  return execa("sh", [path.join(projectFolder, "toolchain/run.sh"), "pulumi", ...args], {
    env,
    reject: false,
    stdin: "ignore",
  });
}

test("the project's own CLI runs, and stdout is its alone", async () => {
  expect(await pulumi(["version"])).toMatchObject({ stdout: `v${PULUMI_VERSION}`, stderr: "" });
});

test("outputs are read as JSON", async () => {
  const stack = `test-${randomBytes(4).toString("hex")}`;
  expect(await pulumi(["stack", "init", "--no-select", stack])).toMatchObject({ exitCode: 0 });
  try {
    const args = ["stack", "output", "--json", "--show-secrets", "--stack", stack];
    expect(await pulumi(args)).toMatchObject({ exitCode: 0, stdout: "{}", stderr: "" });
  } finally {
    await pulumi(["stack", "rm", "--yes", "--stack", stack]);
  }
});

test("a proxy that is not there keeps the CLI, the program and the plugins from nothing", async () => {
  await using stack = await ProjectStack.create();
  const proxy = "http://127.0.0.1:1";
  const env = { http_proxy: proxy, https_proxy: proxy, no_proxy: "example.org, example.com" };
  const preview = await pulumi(["preview", "--stack", stack.name], env);
  expect(preview.stderr).toBe("");
  expect(preview.stdout).toContain("regtest:index:Snapshot");
  expect(preview.exitCode).toBe(0);
});

test("help is the CLI's own, and a failure is passed on", async () => {
  const help = await pulumi(["stack", "output", "--help"]);
  expect(help.stdout).toContain("pulumi stack output [property-name]");
  const failure = await pulumi(["stack", "output", "--stack", "no-such-stack"]);
  expect(failure.exitCode).toBeGreaterThan(0);
  expect(failure.stdout).toBe("");
  expect(failure.stderr).toContain("no-such-stack");
});

describe("a CLI of the person's own on PATH", () => {
  /** A CLI that is recent enough and otherwise does what the test wants. */
  async function withCli(script: string, args: readonly string[]) {
    const folder = await tempFolder();
    const bin = path.join(folder.path, "bin");
    await mkdir(bin);
    const programs = {
      pulumi: `#!/bin/sh\nif [ "$1" = version ]; then echo v99.0.0; exit; fi\n${script}\n`,
      "pulumi-language-nodejs": "",
    };
    for (const [name, content] of Object.entries(programs)) {
      await writeFile(path.join(bin, name), content);
      await chmod(path.join(bin, name), 0o755);
    }
    const run = pulumi(args, { PATH: `${bin}:${process.env["PATH"] ?? ""}` });
    return { run, [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose]() };
  }

  test("is used, in the project's folder, with its arguments as they are", async () => {
    await using cli = await withCli('pwd; for a in "$@"; do echo "<$a>"; done; exit 7', [
      "config",
      "set",
      "--path",
      "two words",
      "--",
      "-1",
    ]);
    const { stdout, exitCode } = await cli.run;
    expect(stdout.split("\n")).toEqual([
      projectFolder,
      "<config>",
      "<set>",
      "<--path>",
      "<two words>",
      "<-->",
      "<-1>",
    ]);
    expect(exitCode).toBe(7);
  });

  test.for(["SIGINT", "SIGTERM"] as const)(
    "is sent %s and left the time to end",
    async (signal) => {
      await using cli = await withCli(
        `trap 'echo cleaned up; exit 42' ${signal.slice(3)}; echo ready; while :; do sleep 0.05; done`,
        ["stack"],
      );
      await new Promise((resolve) => cli.run.stdout.once("data", resolve));
      cli.run.kill(signal);
      expect(await cli.run).toMatchObject({ stdout: "ready\ncleaned up", exitCode: 42 });
    },
  );

  test("that is killed is told the way a shell tells it", async () => {
    await using cli = await withCli("kill -KILL $$", ["stack"]);
    expect(await cli.run).toMatchObject({ exitCode: 128 + 9 });
  });
});
