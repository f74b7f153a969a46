/** All npm scripts with their arguments and options, as commander knows them. */
import { readFile } from "node:fs/promises";
import path from "node:path";

import type { Argument, Command, Option } from "commander";

import { projectFolder } from "../../base/files/paths.ts";
import { code, table } from "./markdown.ts";

/** @param program with all its subcommands registered */
export async function commandReference(program: Command): Promise<string> {
  const scripts = await scriptsBySubcommand();
  const sections = program.commands.flatMap((command) => {
    // What no script calls has another way in, such as `ensure`, which the npm package's program has.
    const script = scripts.get(command.name());
    return script === undefined ? [] : described(command, script, 2);
  });
  return sections.join("\n\n");
}

/** Subcommand → the npm script that is it and nothing more. */
async function scriptsBySubcommand(): Promise<Map<string, string>> {
  const file = path.join(projectFolder, "package.json");
  const { scripts } = JSON.parse(await readFile(file, "utf8")) as {
    scripts: Readonly<Record<string, string>>;
  };
  return new Map(
    Object.entries(scripts).flatMap(([script, line]) => {
      const [, subcommand] = /run\.sh (\S+)$/.exec(line) ?? [];
      return subcommand === undefined ? [] : [[subcommand, script]];
    }),
  );
}

function described(command: Command, words: string, level: number): string[] {
  const own = [
    `${"#".repeat(level)} npm run ${words}`,
    sentence(command.description()),
    ...argumentsAndOptions(command, words),
  ];
  const subcommands = command.commands.flatMap((sub) =>
    described(sub, `${words} -- ${sub.name()}`.replace(/ -- (.*) -- /, " -- $1 "), level + 1),
  );
  return [...own, ...subcommands];
}

function argumentsAndOptions(command: Command, words: string): string[] {
  const { registeredArguments, options } = command;
  const rows = [
    ...registeredArguments.map((argument) => ({
      name: nameOf(argument),
      meaning: argument.description,
      default: defaultOf(argument),
    })),
    ...options.map((option) => ({
      name: option.flags,
      meaning: option.description,
      default: defaultOf(option),
    })),
  ];
  if (rows.length === 0) return [];
  const usage = [
    `npm run ${words}${words.includes(" -- ") ? "" : " --"}`,
    ...registeredArguments.map(nameOf),
    ...(options.length > 0 ? ["[options]"] : []),
  ].join(" ");
  return [`Usage: ${code(usage)}`, ...tables(rows)];
}

/** None where the usage says it all, and no column of defaults where there are none. */
function tables(
  rows: readonly { readonly name: string; readonly meaning: string; readonly default: string }[],
): string[] {
  if (rows.every(({ meaning }) => meaning === "")) return [];
  const some = rows.some((row) => row.default !== "");
  const head = ["Argument or option", "Meaning", ...(some ? ["Default"] : [])];
  const cells = rows.map((row) => [code(row.name), row.meaning, ...(some ? [row.default] : [])]);
  return [table(head, cells)];
}

function nameOf(argument: Argument): string {
  const name = argument.name() + (argument.variadic ? "..." : "");
  return argument.required ? `<${name}>` : `[${name}]`;
}

function defaultOf({ defaultValue, defaultValueDescription }: Argument | Option): string {
  if (defaultValueDescription !== undefined) return defaultValueDescription;
  return defaultValue === undefined ? "" : code(String(defaultValue));
}

function sentence(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}.`;
}
