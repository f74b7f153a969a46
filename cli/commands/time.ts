import { verb } from "../shared/verb.ts";

export const register = verb<object, [action?: string, to?: string]>({
  name: "time",
  description: "show the nodes' clocks, or move them; they then stand still",
  declare: (command) =>
    command
      .argument(
        "[action]",
        "set, advance or present (return to the present, or to config mockTime)",
      )
      .argument(
        "[to]",
        "set: 2027-01-01, 2027-01-01T12:00:00Z or seconds since 1970; advance: seconds, 10m, 2h or 3d",
      )
      .usage("[set <moment> | advance <span> | present]"),
  run: async (network, [action, to]) => {
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
    const { clocksText, clocksValues } = await import("../text/clocks-text.ts");
    return { text: clocksText(network.title, clocks), values: clocksValues(clocks) };
  },
});
