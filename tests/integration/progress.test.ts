/** What the commands show: on a terminal, in a file, to a program, and when they are interrupted. */
import { readFile } from "node:fs/promises";
import path from "node:path";

import { afterAll, beforeAll, expect } from "vitest";

import { expectDeclared, nothing } from "../helpers/declared.ts";
import { ProcessGroup } from "../helpers/process-group.ts";
import { ProjectStack } from "../helpers/stack.ts";
import { story } from "../helpers/story.ts";
import { type TempFolder, tempFolder } from "../helpers/temp-folder.ts";
import { render, startInTerminal } from "../helpers/terminal.ts";

const size = { columns: 60, rows: 24 };
/** Select Graphic Rendition: what colours and weights are made of. */
const colour = /\x1b\[[\d;]*m/;

const { test } = story();
let stack: ProjectStack;
let folder: TempFolder;
beforeAll(async () => {
  stack = await ProjectStack.create();
  folder = await tempFolder();
});
afterAll(async () => {
  await stack[Symbol.asyncDispose]();
  await folder[Symbol.asyncDispose]();
});

/** Whoever runs the tests may have a say in colours: so has `CI`, with which Node.js shows none. */
function words(script: string, ...args: readonly string[]): string[] {
  const colours = ["FORCE_COLOR", "CI"].flatMap((name) => ["-u", name]);
  return ["env", ...colours, "npm", "run", "-s", script, "--", ...args];
}

function onStack(script: string, ...args: readonly string[]): string[] {
  return words(script, ...args, "--stack", stack.name);
}

/** An object on each line of what a command wrote to its stdout, and its exit code. */
async function asJson(
  command: readonly string[],
): Promise<{ code: number | null; objects: Told[] }> {
  const file = path.join(folder.path, "stdout");
  const run = ProcessGroup.start([
    "sh",
    "-c",
    'file=$1; shift; "$@" >"$file"',
    "sh",
    file,
    ...command,
  ]);
  const { code } = await run.ended();
  const lines = (await readFile(file, "utf8")).split("\n");
  expect(lines.pop()).toBe("");
  return { code, objects: lines.map((line) => JSON.parse(line) as Told) };
}

type Told = Readonly<Record<string, unknown>>;

/** What was told of a step when it was over. */
function ended(objects: readonly Told[], step: string): Told | undefined {
  return objects.find((told) => told["step"] === step && told["state"] !== "running");
}

async function removeNodes(): Promise<void> {
  await stack.removeNodes("alice", "miner");
}

test("a terminal shows the steps in colours, what runs with a bar, and what has ended with its time", async () => {
  const run = startInTerminal(onStack("up"), size);
  const { code } = await run.ended();
  expect(code, run.printed).toBe(0);
  const { lines, cursorVisible } = await render(run.written, size);
  expect(cursorVisible).toBe(true);
  const steps = lines.slice(0, lines.indexOf("Resources:"));
  expect(steps).toContainEqual(expect.stringMatching(/^✔ node alice created {2}[\d.]+ s$/));
  const bootstrap = steps.findIndex((line) => /^✔ bootstrap created {2}[\d.]+ s$/.test(line));
  const parts = steps.slice(
    bootstrap + 1,
    steps.findIndex((line) => line.startsWith("✔ snapshot")),
  );
  expect(parts).toContainEqual(expect.stringMatching(/^ {2}✔ mine to height 101 {2}[\d.]+ s$/));
  expect(parts.every((line) => /^ {2}✔ .* [\d.]+ s$/.test(line))).toBe(true);
  // Nothing that ran is left on the screen. Before the steps it may say what it repaired for a run beside it.
  expect(steps.filter((line) => /^ *[⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏] /.test(line))).toEqual([]);
  expect(run.printed).toMatch(/⠋|⠙|⠹/);
  expect(run.printed).toMatch(/mine to height 101 {2}[█░]+ {2}\d+ of 101 blocks/);
  expect(run.written).toMatch(colour);
  expect(lines).toContain(`Try it:`);
  await expectDeclared(stack);
});

test("with NO_COLOR the same is shown without colours", async () => {
  const run = startInTerminal(onStack("up"), size, { NO_COLOR: "1" });
  const { code } = await run.ended();
  expect(code, run.printed).toBe(0);
  expect(run.written).not.toMatch(colour);
  const { lines } = await render(run.written, size);
  expect(lines).toContainEqual(
    expect.stringMatching(/^✔ compare with the current state {2}[\d.]+ s$/),
  );
  expect(lines).toContain("    14 unchanged");
});

test("a file gets a line when a step begins and one when it ends, without control characters", async () => {
  await removeNodes();
  const file = path.join(folder.path, "log");
  const script = `${onStack("up").join(" ")} >"$1" 2>&1`;
  const { code } = await ProcessGroup.start(["sh", "-c", script, "sh", file]).ended();
  const log = await readFile(file, "utf8");
  expect(code, log).toBe(0);
  expect(log).not.toMatch(/[^\P{Cc}\n]/u);
  const lines = log.split("\n");
  expect(lines).toContain("warning: bootstrap: alice: its container is gone");
  const begun = lines.indexOf("bootstrap: mine to height 101 ...");
  expect(begun).toBeGreaterThan(lines.indexOf("bootstrap updating ..."));
  const over = /^bootstrap: mine to height 101: done after [\d.]+ s$/;
  expect(lines.slice(begun + 1)).toContainEqual(expect.stringMatching(over));
  expect(lines).toContainEqual(expect.stringMatching(/^bootstrap updated after [\d.]+ s$/));
});

test("Ctrl-C while blocks are mined: it says so, and a program is told how the next one ends", async () => {
  await removeNodes();
  const run = startInTerminal(onStack("up"), size);
  await run.prints("mine to height");
  run.pressCtrlC();
  const { code } = await run.ended();
  expect(code).toBe(130);
  const { lines, cursorVisible } = await render(run.written, size);
  expect(cursorVisible).toBe(true);
  expect(lines).toContainEqual(expect.stringMatching(/^✖ bootstrap failed {2}[\d.]+ s$/));
  const told = lines.slice(lines.findIndex((line) => line.startsWith("error: stopped"))).join("");
  expect(told).toContain(
    `error: stopped by SIGINT: run npm run up -- --stack ${stack.name} to continue`,
  );

  const { code: next, objects } = await asJson(onStack("up", "--json"));
  expect(next).toBe(0);
  expect(ended(objects, "mine to height 101")).toMatchObject({
    type: "step",
    within: "bootstrap",
    state: "done",
    done: 101,
    of: 101,
    unit: "blocks",
    seconds: expect.any(Number) as number,
  });
  const result = objects.at(-1);
  expect(result).toMatchObject({ type: "result", command: "up", chain: { height: 107 } });
  expect(JSON.stringify(objects)).not.toContain(await stack.output<string>("rpcPassword"));
  await expectDeclared(stack);
});

test("an error is the last object, with its reasons and an exit code that is not 0", async () => {
  await stack.configure({ blocks: "100" });
  const { code, objects } = await asJson(onStack("up", "--json"));
  await stack.configure({ blocks: "101" });
  expect(code).not.toBe(0);
  expect(objects.at(-1)).toMatchObject({
    type: "error",
    reasons: [{ message: expect.stringContaining("blocks: 100 is not allowed") as string }],
  });
});

test("a snapshot that is exported, a reset and the end of a stack are told as JSON too", async () => {
  const file = path.join(folder.path, "snapshot.tar");
  const name = stack.prefix + stack.name;
  const exported = await asJson(words("snapshot", "export", "--json", name, file));
  expect(exported.code).toBe(0);
  const packed = ended(exported.objects, "pack the images");
  expect(packed).toMatchObject({ state: "done", unit: "MB" });
  // What it said to be all of it before the first byte, and what there is in the end.
  const bytes = (await readFile(file)).length;
  expect(exported.objects.at(-1)).toMatchObject({ type: "result", file, bytes });
  const foreseen = exported.objects.find(({ step }) => step === "pack the images")?.["of"];
  expect(Math.abs(Number(foreseen) * 1e6 - bytes)).toBeLessThan(bytes / 20);

  const reset = await asJson(onStack("reset", "--json"));
  expect(reset.objects.at(-1)).toMatchObject({ type: "result", command: "reset", height: 107 });
  expect(ended(reset.objects, "reset the nodes")).toMatchObject({ state: "done" });

  const down = await asJson(onStack("down", "--json"));
  expect(down.objects.at(-1)).toMatchObject({ type: "result", changes: { delete: 14 } });
  expect(ended(down.objects, "node alice")).toMatchObject({ action: "deleted", state: "done" });
  expect(await stack.footprint()).toEqual(nothing);
});
