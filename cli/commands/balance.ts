import { verb } from "../shared/verb.ts";

export const register = verb<object, [node?: string]>({
  name: "balance",
  description: "print the balances of the nodes' wallets in BTC",
  declare: (command) => command.argument("[node]", "only this node"),
  run: async (network, [node]) => {
    const { balances } = await import("../../bootstrap/verbs/balance.ts");
    const found = await network.look((run) => balances(run, node));
    const rows = Object.entries(found).flatMap(([node, wallets]) =>
      wallets.map(({ name, spendable, immature, pending }) => [
        name === node ? node : `${node}/${name}`,
        `${spendable} spendable`,
        ...(Number(immature) === 0 ? [] : [`${immature} immature`]),
        ...(Number(pending) === 0 ? [] : [`${pending} pending`]),
      ]),
    );
    return {
      text: rows.map((row) => `${row.join("  ")}\n`).join(""),
      values: { balances: found },
    };
  },
});
