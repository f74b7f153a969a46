import type { Command } from "commander";

import type { Run } from "../../bootstrap/nodes/run.ts";
import { jsonOption } from "../shared/json-option.ts";
import { defaultStack } from "../../stack/stack-state.ts";

interface TimeOptions {
  readonly stack: string;
  readonly json?: boolean;
}

/** Moves the clocks. */
type Work = (run: Run) => Promise<unknown>;

interface Shown {
  /** Where the clocks stand still; undefined: they show the present. */
  readonly still: number | undefined;
  /** Of the next block. */
  readonly time: number;
  /** Of the newest block. */
  readonly tip: number;
}

export function register(program: Command): void {
  const time = program
    .command("time")
    .description("show what the clocks of a running stack show, or move them");
  shared(time).action(async (options: TimeOptions) => {
    await onStack(options);
  });
  const set = time
    .command("set")
    .description(
      "set the clocks to a time, at which they stand still, also after a restart and in snapshots",
    )
    .argument("<moment>", "2027-01-01, 2027-01-01T12:00:00Z, or seconds since 1970");
  shared(set).action(async (moment: string, _: unknown, command: Command) => {
    const { readMoment, setTime } = await import("../../bootstrap/verbs/time.ts");
    const seconds = readMoment(moment);
    await onStack(optionsOf(command), (run) => setTime(run, seconds));
  });
  const advance = time
    .command("advance")
    .description("advance the clocks, which then stand still")
    .argument("<span>", "seconds, or 10m, 2h or 3d");
  shared(advance).action(async (span: string, _: unknown, command: Command) => {
    const { advanceTime, requireSeconds } = await import("../../bootstrap/verbs/time.ts");
    const seconds = requireSeconds(span);
    await onStack(optionsOf(command), (run) => advanceTime(run, seconds));
  });
  const present = time
    .command("present")
    .description("return to the present, or to config mockTime");
  shared(present).action(async (_: unknown, command: Command) => {
    const { backToPresent } = await import("../../bootstrap/verbs/time.ts");
    await onStack(optionsOf(command), backToPresent);
  });
}

function shared(command: Command): Command {
  return command
    .option("-s, --stack <name>", "the Pulumi stack", defaultStack)
    .option(...jsonOption);
}

function optionsOf(command: Command): TimeOptions {
  return command.opts<TimeOptions>();
}

/** Moves the clocks of a stack, if there is anything to do, and tells what they show then. */
async function onStack({ stack, json = false }: TimeOptions, work?: Work): Promise<void> {
  const { withoutAutoMining } = await import("../../bootstrap/services/pause-auto-mining.ts");
  const { stillTime, tipTime } = await import("../../bootstrap/clock/kept-time.ts");
  const { isoTime } = await import("../../bootstrap/clock/mocktime.ts");
  const { shownTime } = await import("../../bootstrap/verbs/time.ts");
  const { onNodes } = await import("../../bootstrap/nodes/on-nodes.ts");
  const { connectEngine } = await import("../../engine/client.ts");
  const { withToolchain } = await import("../shared/context.ts");
  const { runningStack } = await import("../../stack/running-stack.ts");
  const { reporting } = await import("../shared/reporting.ts");

  await reporting(json, ({ steps, result }) =>
    withToolchain(
      async ({ environment, signal, status }) => {
        status(`open stack ${stack}`);
        const { network } = await runningStack(environment, stack);
        const docker = await connectEngine({ signal });
        const look = (): Promise<Shown> =>
          onNodes(docker, network, { signal, status }, async (run) => {
            if (work !== undefined) {
              run.report("set the clocks");
              await work(run);
            }
            return {
              still: await stillTime(run),
              time: await shownTime(run),
              tip: await tipTime(run),
            };
          });
        // What mines by itself takes the new time over when it is started again.
        const { still, time, tip } =
          work === undefined
            ? await look()
            : await withoutAutoMining(docker, network.nodes, signal, look);
        const clocks =
          still === undefined
            ? `The clocks of stack ${stack} show the present`
            : `The clocks of stack ${stack} stand still at ${isoTime(still)}`;
        result(
          `${clocks}\nThe newest block is of ${isoTime(tip)}, the next would be of ${isoTime(time)}\n`,
          {
            ...{ command: "time", stack, standsStill: still !== undefined },
            ...(still !== undefined && { time: isoTime(still) }),
            ...{ newestBlock: isoTime(tip), nextBlock: isoTime(time) },
          },
        );
      },
      { progress: steps },
    ),
  );
}
