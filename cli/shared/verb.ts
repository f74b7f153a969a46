/** What is done with a network, declared once: as a command on a stack and on a clone. */
import type { Command } from "commander";

import type { OpenNetwork } from "../../bootstrap/open-network.ts";
import { jsonOption } from "./json-option.ts";
import { declareNetwork, onNetwork, type Outcome, type Typed } from "./on-network.ts";

export interface Verb<Arguments extends readonly unknown[], Options> {
  readonly name: string;
  readonly description: string;
  /** Adds the arguments and options beside those that say which network is meant. */
  readonly declare?: (command: Command) => Command;
  /** @param args as declared */
  readonly run: (network: OpenNetwork, args: Arguments, options: Options) => Promise<Outcome>;
}

/** @returns what adds the command to a program, and returns it */
export function verb<Options = object, Arguments extends readonly unknown[] = readonly []>({
  name,
  description,
  declare = (command) => command,
  run,
}: Verb<Arguments, Options>): (program: Command) => Command {
  return (program) => {
    const command = declareNetwork(program.command(name).description(description));
    declare(command)
      .option(...jsonOption)
      .action(async (...given: unknown[]) => {
        const options = command.opts<Options & Typed["options"]>();
        // Commander adds the options and the command.
        const args = given.slice(0, -2) as unknown as Arguments;
        await onNetwork({ command: name, options }, (network) => run(network, args, options));
      });
    return command;
  };
}
