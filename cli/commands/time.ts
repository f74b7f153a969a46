import { verb } from "../shared/verb.ts";

export const register = verb<object, [action?: string, to?: string]>({
  name: "time",
  description: "show what the clocks show, or move them",
  declare: (command) =>
    command
      .argument(
        "[action]",
        "set: set the clocks to a time, at which they stand still, also after a restart and in snapshots; advance: advance them, after which they stand still; present: return to the present, or to config mockTime",
      )
      .argument(
        "[to]",
        "set: 2027-01-01, 2027-01-01T12:00:00Z, or seconds since 1970; advance: seconds, or 10m, 2h or 3d",
      )
      .usage("[set <moment> | advance <span> | present]"),
  run: async (network, [action, to]) => {
    const { isoTime } = await import("../../bootstrap/clock/mocktime.ts");
    const { readTimeAction, readClocks } = await import("../../bootstrap/verbs/time.ts");
    const move = readTimeAction(action, to);
    const clocks = await (move === undefined
      ? network.look(readClocks)
      : // What mines by itself takes the new time over when it is started again.
        network.on(async (run) => {
          run.report("set the clocks");
          await move(run);
          return await readClocks(run);
        }));
    const [still, newest, next] = [clocks.still, clocks.newestBlock, clocks.nextBlock].map(
      (time) => (time === undefined ? undefined : isoTime(time)),
    );
    const shown = still === undefined ? "show the present" : `stand still at ${still}`;
    return {
      text: `The clocks of ${network.title} ${shown}\nThe newest block is of ${newest}, the next would be of ${next}\n`,
      values: {
        standsStill: still !== undefined,
        ...(still !== undefined && { time: still }),
        ...{ newestBlock: newest, nextBlock: next },
      },
    };
  },
});
