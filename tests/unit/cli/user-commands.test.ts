import { Command } from "commander";
import { expect, test } from "vitest";

import { userCommands } from "../../../cli/user-commands.ts";

test.each(Object.entries(userCommands))("%s is what its file adds", async (name, load) => {
  const program = new Command().enablePositionalOptions();
  const { register } = await load();
  register(program);
  expect(program.commands.map((command) => command.name())).toEqual([name]);
});
