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
  const { reporting } = await import("./reporting.ts");
  const { clone, json = false } = options;
  await reporting(
    json,
    async ({ steps, result }) => {
      const tell = async (network: OpenNetwork): Promise<void> => {
        const { text, values } = await work(network);
        result(text, { command, ...network.parts.names, ...values });
      };
      if (clone !== undefined) await openingClone(clone, steps, tell);
      else await openingStack(options.stack, steps, tell);
    },
    { onlyResult: clone !== undefined },
  );
}

/**
 * Opens the network for work that is not done in steps. What has to be told before that is a step of its own.
 * @param signal ends all that is done with the network
 */
export async function openNetwork(
  { stack, clone }: Typed["options"],
  steps: Steps,
  signal: AbortSignal,
): Promise<OpenedNetwork> {
  const { inSequence } = await import("../../base/progress/steps.ts");
  if (clone !== undefined) {
    const { openClone } = await import("../../testing/open-clone.ts");
    const network = await inSequence(steps, (status) => openClone(clone, { signal, status }));
    return { network, environment: undefined };
  }
  const { ensureToolchain } = await import("../../toolchain/ensure.ts");
  const { openStack } = await import("../../stack/actions/open-stack.ts");
  const environment = await ensureToolchain({ progress: steps, signal, program: false });
  const network = await inSequence(steps, (status) =>
    openStack(environment, stack, { signal, status }),
  );
  return { network, environment };
}

export interface OpenedNetwork {
  readonly network: OpenNetwork;
  /** Of a stack, to read more of it. */
  readonly environment: CommandContext["environment"] | undefined;
}

type Steps = CommandContext["progress"];

async function openingClone(
  id: string,
  steps: Steps,
  work: (network: OpenNetwork) => Promise<void>,
): Promise<void> {
  const { interruptible } = await import("../../base/interruptible.ts");
  const { inSequence } = await import("../../base/progress/steps.ts");
  const { openClone } = await import("../../testing/open-clone.ts");
  await interruptible((signal) =>
    inSequence(steps, async (status) => work(await openClone(id, { signal, status }))),
  );
}

async function openingStack(
  stack: string,
  steps: Steps,
  work: (network: OpenNetwork) => Promise<void>,
): Promise<void> {
  const { withToolchain } = await import("./context.ts");
  const { openStack } = await import("../../stack/actions/open-stack.ts");
  await withToolchain(
    async ({ environment, ...context }) => work(await openStack(environment, stack, context)),
    { progress: steps, program: false },
  );
}
