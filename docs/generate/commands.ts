/** The npm scripts that people use, with their arguments and options, as commander knows them. */
import { readFile } from "node:fs/promises";
import path from "node:path";

import { type Argument, Command, type Option } from "commander";

import { packageFolder } from "../../base/files/paths.ts";
import { registerAll } from "../../cli/program.ts";
import { jsonOption } from "../../cli/shared/json-option.ts";
import { userCommands } from "../../cli/user-commands.ts";
import { code } from "./markdown.ts";

/** --stack, --clone and --json, which the page explains once. */
const commonOptions = 3;

const stackMeaning = "the Pulumi stack";
const [, jsonMeaning] = jsonOption;

export async function commandReference(): Promise<string> {
  const program = new Command().enablePositionalOptions();
  await registerAll(program, userCommands);
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
  const file = path.join(packageFolder, "package.json");
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
    `${"#".repeat(level)} ${words}`,
    sentence(command.description()),
    ...argumentsAndOptions(command, words),
  ];
  const subcommands = command.commands.flatMap((sub) =>
    described(sub, `${words} ${sub.name()}`, level + 1),
  );
  return [...own, ...subcommands];
}

function argumentsAndOptions(command: Command, words: string): string[] {
  const { registeredArguments, options } = command;
  const own = options.filter(isOwn);
  const common = options.filter((option) => !own.includes(option)).map(shared);
  // Before the arguments: those of `cli` and `exec` go on with options of another program.
  const usage = [
    words,
    ...(common.length === commonOptions ? ["[common]"] : common),
    ...registeredArguments.map(nameOf),
  ].join(" ");
  const explained = [
    ...registeredArguments
      .filter(({ description }) => description !== "")
      .map((argument) => item(nameOf(argument), argument)),
    ...own.map((option) => item(option.flags, option)),
  ];
  return [code(usage), ...(explained.length > 0 ? [explained.join("\n")] : [])];
}

/** Not one that the page explains once, above all commands. */
function isOwn({ long, description }: Option): boolean {
  if (long === "--clone") return false;
  if (long === "--stack") return description !== stackMeaning;
  return long !== "--json" || description !== jsonMeaning;
}

/** `[--stack]` of `-s, --stack <name>`. */
function shared({ flags }: Option): string {
  return `[${/--\w+/.exec(flags)?.[0] ?? flags}]`;
}

function item(name: string, of: Argument | Option): string {
  const value = defaultOf(of);
  return `- ${code(name)}: ${of.description}${value === "" ? "" : ` (default ${value})`}`;
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
