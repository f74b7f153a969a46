/** A scenario's process, as far as it needs no nodes: what stands at the top of the file. */
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";

import { afterEach, beforeEach, expect, it, vi } from "vitest";

import type { ScenarioFile } from "../../../../bootstrap/scenario/scenario-file.ts";
import { inProcess, type ScenarioError } from "../../../../bootstrap/scenario/process.ts";
import { checkScenario } from "../../../../bootstrap/scenario/run-scenario.ts";
import { waitFor } from "../../../../base/wait.ts";
import { type TempFolder, tempFolder } from "../../../helpers/temp-folder.ts";

let temporary: TempFolder;
let printed: string;
beforeEach(async () => {
  temporary = await tempFolder();
  await writeFile(path.join(temporary.path, "package.json"), '{ "type": "module" }');
  printed = "";
  vi.spyOn(process.stderr, "write").mockImplementation((text) => {
    printed += String(text);
    return true;
  });
});
afterEach(async () => {
  vi.restoreAllMocks();
  await temporary[Symbol.asyncDispose]();
});

const at = (name: string): string => path.join(temporary.path, name);

async function scenario(text: string): Promise<ScenarioFile> {
  await writeFile(at("scenario.ts"), text);
  return { file: "scenario.ts", digest: "0" };
}

/** The error of loading a file with this text. */
async function failure(text: string, limitMs = 20_000): Promise<ScenarioError> {
  const file = await scenario(text);
  return await checkScenario(file, temporary.path, limitMs).then(
    () => {
      throw new Error("it was loaded");
    },
    (error: unknown) => error as ScenarioError,
  );
}

const ok = "export default () => undefined;";

it("loads what is a scenario, and tells what it prints, without control characters", async () => {
  const file = await scenario(
    `console.log("on \\u001b[2Jstdout"); console.error("on stderr"); process.stdout.write("no end"); ${ok}`,
  );
  await checkScenario(file, temporary.path, 20_000);
  expect(printed.split("\n").toSorted()).toEqual([
    "",
    "scenario: no end",
    "scenario: on \\u001b[2Jstdout",
    "scenario: on stderr",
  ]);
});

it("tells so many lines, and reads the others without keeping them", async () => {
  const file = await scenario(`console.log("x\\n".repeat(100_000)); ${ok}`);
  await checkScenario(file, temporary.path, 20_000);
  expect(printed.match(/^scenario: x$/gm)).toHaveLength(1_000);
  expect(printed.endsWith("scenario: more than 1000 lines; the rest is left out\n")).toBe(true);
});

it.each([
  [
    "process.exit(0)",
    /^its process ended with exit code 0 before the scenario did; return or throw/,
  ],
  ["process.exit(3)", /^its process ended with exit code 3 before/],
  ["process.kill(process.pid, 'SIGTERM')", /^its process ended by SIGTERM before/],
  ["throw undefined", /^it cannot be loaded: undefined$/],
  ["throw { code: 7 }", /^it cannot be loaded: \{ code: 7 \}$/],
  [
    "setTimeout(() => { throw 'late'; }); await new Promise(() => setInterval(() => 0, 1e6))",
    /^it threw a value that is not an Error: late$/,
  ],
  [
    "Promise.reject(new TypeError('unseen')); await new Promise(() => setInterval(() => 0, 1e6))",
    /^unseen$/,
  ],
])("outlives %s", async (statement, message) => {
  expect((await failure(`${statement};\n${ok}`)).message).toMatch(message);
});

it("ends a loop that never gives way, by force, and what it has started", async () => {
  const text = `
import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
const child = spawn("sleep", ["600"], { stdio: "inherit" });
writeFileSync(${JSON.stringify(at("pids"))}, process.pid + " " + child.pid);
for (;;) {}
`;
  const error = await failure(text, 5_000);
  expect(error.message).toBe("it cannot be loaded: loading did not end within 5 s");
  await gone();
});

/** Ends when none of the processes of the file `pids` is there any more. */
async function gone(): Promise<void> {
  const pids = (await readFile(at("pids"), "utf8")).split(" ");
  // A zombie is not there: nobody may have asked for its end yet.
  const alive = async (pid: string): Promise<boolean> =>
    existsSync(`/proc/${pid}`) &&
    !/\) Z /.test(await readFile(`/proc/${pid}/stat`, "utf8").catch(() => ") Z "));
  await waitFor(
    async () => {
      const there = await Promise.all(pids.map(alive));
      return there.includes(true) ? { pending: `${pids.join()}: ${there.join()}` } : true;
    },
    { what: "the end of the processes", limitMs: 10_000 },
  );
}

it("ends with the program that started it, also in such a loop", async () => {
  await scenario(
    `import { writeFileSync } from "node:fs";\nwriteFileSync(${JSON.stringify(at("pids"))}, String(process.pid));\nfor (;;) {}\n`,
  );
  const job = { scenario: { file: "scenario.ts", digest: "0" }, folder: temporary.path };
  const program =
    `import { inProcess } from ${JSON.stringify(path.resolve("bootstrap/scenario/process.ts"))};\n` +
    `await inProcess(${JSON.stringify(job)}, { signal: new AbortController().signal });\n`;
  await writeFile(at("program.ts"), program);
  const parent = spawn(process.execPath, [at("program.ts")], { stdio: "ignore" });
  const started = { what: "the scenario to start", limitMs: 20_000 };
  await waitFor(async () => Promise.resolve(existsSync(at("pids")) || undefined), started);
  parent.kill("SIGKILL");
  await gone();
});

it("has the stack and the line of an error, which is in the file", async () => {
  const error = await failure(
    `import "./part.ts";\n\nfunction sell(): never {\n  throw new RangeError("sold out");\n}\nsell();\n${ok}`,
  ).catch(() => undefined);
  expect(error?.message).toMatch(/part\.ts/);
  await writeFile(at("part.ts"), "");
  const thrown = await failure(
    `import "./part.ts";\n\nfunction sell(): never {\n  throw new RangeError("sold out");\n}\nsell();\n${ok}`,
  );
  expect(thrown.message).toBe("it cannot be loaded: sold out");
  expect(thrown.stack).toMatch(/at sell \(file:.*scenario\.ts\?0:4:9\)/);
  expect(thrown.line).toBe(4);
});

it("ends with its signal's reason, and hears of it first", async () => {
  const file = await scenario(`await new Promise(() => setInterval(() => 0, 1e6));`);
  const reason = new Error("Ctrl-C");
  const signal = AbortSignal.timeout(300);
  const run = inProcess(
    { scenario: file, folder: temporary.path },
    { signal, report: () => undefined, count: () => undefined },
  );
  await expect(run).rejects.toMatchObject({ name: "TimeoutError" });
  const aborted = AbortSignal.abort(reason);
  const never = inProcess(
    { scenario: file, folder: temporary.path },
    { signal: aborted, report: () => undefined, count: () => undefined },
  );
  await expect(never).rejects.toBe(reason);
});

it("shows no credentials on its command line or in its environment", async () => {
  const file = await scenario(
    `import { readFileSync } from "node:fs";\nconsole.log(readFileSync("/proc/self/cmdline", "utf8") + readFileSync("/proc/self/environ", "utf8")); ${ok}`,
  );
  const credentials = { user: "user", password: "a-password-of-this-test" };
  const network = { nodes: [], services: [], connect: [], credentials, limitMs: 1_000 };
  await inProcess(
    { scenario: file, folder: temporary.path, network },
    { signal: AbortSignal.timeout(20_000), report: () => undefined, count: () => undefined },
  ).catch(() => undefined);
  expect(printed).toContain("process-main");
  expect(printed).not.toContain(credentials.password);
});
