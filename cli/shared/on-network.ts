/** Commands on a running network: a stack's, `npm run mine -- 3 --stack two`, or a clone's, `npx regtest-network mine 3 --clone ID`. */
import { type Command, Option } from "commander";

import type { OpenNetwork } from "../../bootstrap/open-network.ts";
import { defaultStack } from "../../stack/default-stack.ts";
import type { CommandContext } from "./context.ts";

/** A command as it was typed. */
export interface Typed {
  readonly command: string;
  readonly options: { readonly stack: string; readonly clone?: string; readonly json?: boolean };
}

/** What came of it. */
export interface Outcome {
  /** For a person, with its line break. */
  readonly text: string;
  /** For a program. */
  readonly values: object;
}

type Work = (network: OpenNetwork) => Promise<Outcome>;

/** Adds what says which network is meant. */
export function declareNetwork(command: Command): Command {
  return command
    .option("-s, --stack <name>", "the Pulumi stack", defaultStack)
    .addOption(
      new Option("--clone <id>", "a clone instead of a stack, by its id").conflicts("stack"),
    );
}

/** Opens the network, does the work, and tells what came of it. Of a clone, with `--json`, there is one line: the result or the error. */
export async function onNetwork({ command, options }: Typed, work: Work): Promise<void> {
  const { interruptible } = await import("../../base/interruptible.ts");
  const { reporting } = await import("./reporting.ts");
  const { clone, json = false } = options;
  await reporting(
    json,
    ({ steps, result }) =>
      interruptible((signal) =>
        openNetwork(options, { steps, signal }, async ({ network }) => {
          const { text, values } = await work(network);
          result(text, { command, ...network.parts.names, ...values });
        }),
      ),
    { onlyResult: clone !== undefined },
  );
}

export interface OpenedNetwork {
  readonly network: OpenNetwork;
  /** Of a stack, to read more of it. */
  readonly environment: CommandContext["environment"] | undefined;
}

interface Opening {
  readonly steps: CommandContext["progress"];
  /** Ends all that is done with the network. */
  readonly signal: AbortSignal;
}

/** Opens the network for `work`, and returns what that does. What both tell are steps, one after the other. */
export async function openNetwork<T>(
  { stack, clone }: Typed["options"],
  { steps, signal }: Opening,
  work: (opened: OpenedNetwork) => T | Promise<T>,
): Promise<T> {
  const { inSequence } = await import("../../base/progress/steps.ts");
  if (clone !== undefined) {
    const { openClone } = await import("../../testing/open-clone.ts");
    return await inSequence(steps, async (status) =>
      work({ network: await openClone(clone, { signal, status }), environment: undefined }),
    );
  }
  const { ensureToolchain } = await import("../../toolchain/ensure.ts");
  const { openStack } = await import("../../stack/actions/open-stack.ts");
  const environment = await ensureToolchain({ progress: steps, signal, program: false });
  return await inSequence(steps, async (status) =>
    work({ network: await openStack(environment, stack, { signal, status }), environment }),
  );
}
