import { verb } from "../shared/verb.ts";

interface ResetOptions {
  readonly to?: string;
}

export const register = verb<ResetOptions>({
  name: "reset",
  description: "reset chain, wallets and mempools of a running network to its snapshot",
  declare: (command) => command.option("--to <snapshot>", "another snapshot, by name"),
  run: async (network, _, { to }) => {
    const { isoTime } = await import("../../bootstrap/clock/mocktime.ts");
    const { freshBlockText } = await import("../text/fresh-block-text.ts");
    const { outsidersText } = await import("../../bootstrap/snapshots/reset/old-blocks.ts");
    const snapshot = await network.snapshot(to);
    const { old, fresh } = await network.reset(snapshot);
    const { facts, clock } = snapshot.manifest;
    const { height, tip } = facts;
    const still = clock === undefined ? undefined : isoTime(clock);
    const { outsiders = [], refusable } = old ?? {};
    const lines = [
      `${capitalised(network.title)} is back at snapshot ${snapshot.name}: height ${height}, tip ${tip}`,
      ...(still === undefined ? [] : [`Its clocks stand still at ${still}`]),
      ...(fresh === undefined ? [] : [freshBlockText(fresh)]),
      ...(old === undefined ? [] : outsidersText(old, facts)),
    ];
    return {
      text: `${lines.join("\n")}\n`,
      values: {
        ...{ snapshot: snapshot.name, height, tip },
        ...(still !== undefined && { clock: still }),
        ...(fresh !== undefined && { freshBlock: fresh }),
        ...(outsiders.length > 0 && { outsiders, oldBlocksRefused: refusable }),
      },
    };
  },
});

function capitalised(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;
}
