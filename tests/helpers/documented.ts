/** Runs what the pages tell people to type, on a stack of its own, and compares what comes with what they show. */
import { randomBytes } from "node:crypto";

import { execa } from "execa";

import { projectFolder } from "../../toolchain/paths.ts";
import type { CodeBlock } from "./markdown.ts";

/** A command of a page. */
export interface Step {
  readonly command: string;
  /** What the page shows below it; left out: nothing is shown, and anything may come. */
  readonly shown?: string;
}

/** The commands of a block: one after each prompt, or all of it where there are no prompts, or a program. */
export function stepsOf({ language, text }: CodeBlock): Step[] {
  if (language === "ts") {
    const printed = [...text.matchAll(/^console\.log\(.*; \/\/ (.*)$/gm)].map(([, line]) => line);
    const program = `node --disable-warning=ExperimentalWarning --input-type=module-typescript --eval '${text}'`;
    return [{ command: program, shown: printed.join("\n") }];
  }
  if (language !== "console") return [{ command: text }];
  return text
    .split(/^\$ /m)
    .slice(1)
    .map((part) => {
      const [, command = "", shown = ""] = /^((?:.*\\\n)*.*)\n?([^]*)$/.exec(part) ?? [];
      return { command, shown: shown.trimEnd() };
    });
}

/** Whether `printed` is what a page shows: `…` on a line of its own is any number of lines, within one anything. */
export function isShown(shown: string, printed: string): boolean {
  const pattern = tidy(shown)
    .split("\n")
    .map((line) => (line === "…" ? "(?:.*\\n)*?" : `${line.split("…").map(escaped).join(".*")}\\n`))
    .join("");
  return new RegExp(`^${pattern}$`).test(`${tidy(printed)}\n`);
}

/** Columns are as wide as their widest cell, and names are longer in a test. */
function tidy(text: string): string {
  return text.trim().replaceAll(/[^\S\n]+/g, " ");
}

function escaped(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|]/g, "\\$&");
}

/** Runs the steps in one shell, so that what one sets the next ones have. Returns what each printed, in order. */
export async function runSteps(
  steps: readonly Step[],
  limitMs: number,
): Promise<readonly string[]> {
  const mark = `--- ${randomBytes(8).toString("hex")} ---`;
  const script = steps.map(({ command }) => `${command}\necho; echo "${mark}"\n`).join("");
  const { all, exitCode } = await execa("bash", ["-eu", "-c", script], {
    cwd: projectFolder,
    all: true,
    reject: false,
    stdin: "ignore",
    timeout: limitMs,
  });
  const printed = all.split(mark).map((text) => text.trim());
  if (exitCode !== 0) {
    const failed = steps[printed.length - 1]?.command ?? "";
    throw new Error(
      `a documented command ended with ${String(exitCode)}: ${failed}\n${printed.at(-1) ?? ""}`,
    );
  }
  return printed.slice(0, -1);
}

/** What stands in a page for what a stack of a test has, which must not get in the way of anybody's. */
export interface Names {
  readonly stack: string;
  readonly prefix: string;
  /** The page's port on 127.0.0.1 → the test's. */
  readonly ports: Readonly<Record<string, number>>;
}

/** Names that get the prefix where docker is told them. */
const containers = /(?<=[\s=])(alice2?|miner)(?=[\s:]|$)/gm;

/** A page's command as it has to be for the stack of a test. */
export function forTest(command: string, { stack, prefix, ports }: Names): string {
  const renamed = command
    .split("\n")
    .map((line) => (/^docker /.test(line) ? line.replaceAll(containers, `${prefix}$1`) : line))
    .join("\n")
    .replaceAll(
      /npm run (?:-s )?(?!docs|golden|bench|test)[a-z]+(?: -- [^|)#\n]*[^|)#\s])?/g,
      (call) =>
        call.includes("--stack")
          ? call.replace("--stack dev", `--stack ${stack}`)
          : `${call}${call.includes(" -- ") ? "" : " --"}${/ -- (list|show)/.test(call) ? "" : ` --stack ${stack}`}`,
    );
  return Object.entries(ports).reduce(
    (text, [page, port]) =>
      text
        .replaceAll(`127.0.0.1:${page}`, `127.0.0.1:${port}`)
        .replaceAll(`port: ${page}`, `port: ${port}`),
    renamed,
  );
}

/** What a command printed in a test as it is in the page. */
export function asInPage(printed: string, { stack, prefix, ports }: Names): string {
  const renamed = printed.replaceAll(prefix, "").replaceAll(stack, "dev");
  return Object.entries(ports).reduce(
    (text, [page, port]) => text.replaceAll(`127.0.0.1:${port}`, `127.0.0.1:${page}`),
    renamed,
  );
}
