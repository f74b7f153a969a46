/** Runs what the pages tell people to type, on a stack of its own, and compares what comes with what they show. */
import { randomBytes } from "node:crypto";

import { execa } from "execa";

import { projectFolder } from "../../base/files/paths.ts";
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

/** What a page calls what a stack of a test has under another name, so that it gets in nobody's way. */
export interface Names {
  /** For `dev`. */
  readonly stack: string;
  readonly prefix: string;
  /** Words of npm's and docker's lines: snapshots, other stacks. */
  readonly words: Readonly<Record<string, string>>;
  /** Ports on 127.0.0.1. */
  readonly ports: Readonly<Record<string, number>>;
}

/** Names that get the prefix where docker is told them. */
const containers = /(?<=[\s=])(alice2?|miner)(?=[\s:)]|$)/g;
/** Scripts that work on a stack, with all that belongs to the call. */
const onStack =
  /npm run (?:-s )?(?:up|down|mine|time|reset|snapshot|pulumi)\b(?: --(?: [^\s|)#]+)*)?/g;
/** Subcommands that take no stack. */
const withoutStack = / -- (?:list|show|diff|export|import|remove|stack (?:init|rm))\b/;

/** A page's command as it has to be for the stack of a test. */
export function forTest(command: string, { stack, prefix, words, ports }: Names): string {
  const renamed = command
    .split("\n")
    .map((line) => (line.includes("docker ") ? line.replaceAll(containers, `${prefix}$1`) : line))
    .join("\n")
    .replaceAll(onStack, (call) => onTestStack(call, stack, prefix));
  const worded = replaceWords(renamed, words);
  return Object.entries(ports).reduce(
    // But not the port within a container, which comes after one of this machine.
    (text, [page, port]) =>
      text.replaceAll(new RegExp(`(?<!:\\d+:)\\b${page}\\b`, "g"), String(port)),
    worded,
  );
}

function onTestStack(call: string, stack: string, prefix: string): string {
  // The stack's own snapshot is meant there.
  if (withoutStack.test(call)) return call.replace(/ dev\b/, ` ${prefix}${stack}`);
  if (call.includes("--stack")) return call.replace("--stack dev", `--stack ${stack}`);
  return `${call}${call.includes(" --") ? "" : " --"} --stack ${stack}`;
}

function replaceWords(text: string, words: Readonly<Record<string, string>>): string {
  return Object.entries(words).reduce(
    (text, [page, test]) => text.replaceAll(new RegExp(`\\b${page}\\b`, "g"), test),
    text,
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
