/** What is done with a network, declared once: as a command on a stack and on a clone. */
import type { Command } from "commander";

import type { OpenNetwork } from "../../bootstrap/open-network.ts";
import { jsonOption } from "./json-option.ts";

/** A command as it was typed. */
export interface Typed {
  readonly command: string;
  readonly args: readonly unknown[];
  readonly options: { readonly json?: boolean };
}

type Work = (network: OpenNetwork, args: readonly unknown[]) => Promise<Outcome>;

export interface Place {
  /** Adds what says which network is meant. */
  declare(command: Command): Command;
  /** Opens it, does the work, which gets the other arguments, and tells what came of it. */
  run(typed: Typed, work: Work): Promise<void>;
}

/** What came of it. */
export interface Outcome {
  /** For a person, with its line break. */
  readonly text: string;
  /** For a program. */
  readonly values: object;
}

export interface Verb<Arguments extends readonly unknown[], Options> {
  readonly name: string;
  readonly description: string;
  /** Adds the arguments and options beside those that say which network is meant. */
  readonly declare?: (command: Command) => Command;
  /** @param args as declared */
  readonly run: (network: OpenNetwork, args: Arguments, options: Options) => Promise<Outcome>;
}

/** @returns what adds the command to a program, on networks of that place */
export function verb<Options = object, Arguments extends readonly unknown[] = readonly []>({
  name,
  description,
  declare = (command) => command,
  run,
}: Verb<Arguments, Options>): (program: Command, place: Place) => void {
  return (program, place) => {
    const command = place.declare(program.command(name).description(description));
    declare(command)
      .option(...jsonOption)
      .action(async (...given: unknown[]) => {
        const options = command.opts<Options & { json?: boolean }>();
        // Commander adds the options and the command.
        const args = given.slice(0, -2);
        await place.run({ command: name, args, options }, (network, own) =>
          run(network, own as unknown as Arguments, options),
        );
      });
  };
}
