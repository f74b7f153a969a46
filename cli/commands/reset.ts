import { verb } from "../shared/verb.ts";

interface ResetOptions {
  readonly to?: string;
}

export const register = verb<ResetOptions>({
  name: "reset",
  description: "reset chain, wallets and mempools of a running network to its snapshot",
  declare: (command) => command.option("--to <snapshot>", "another snapshot, by name"),
  run: async (network, _, { to }) => {
    const { resetText, resetValues } = await import("../text/reset-text.ts");
    const snapshot = await network.snapshot(to);
    const done = await network.reset(snapshot);
    return {
      text: resetText(network.title, snapshot, done),
      values: resetValues(snapshot, done),
    };
  },
});
