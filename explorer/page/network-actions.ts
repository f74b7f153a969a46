/** A network that is up, as the page has it: what the commands do with it, a stack or a clone. */
import { joinSignals } from "../../base/wait.ts";
import { blocksText } from "../../bootstrap/chain/mining.ts";
import { isoTime } from "../../bootstrap/clock/mocktime.ts";
import { addressesWithLabel } from "../../bootstrap/nodes/labelled-address.ts";
import type { NodesContext } from "../../bootstrap/nodes/on-nodes.ts";
import type { Edge } from "../../bootstrap/nodes/peers.ts";
import { OpenNetwork } from "../../bootstrap/open-network.ts";
import type { ResetResult } from "../../bootstrap/snapshots/reset/reset.ts";
import { lookAt } from "../../bootstrap/status/look.ts";
import type { NetworkDeclaration } from "../../bootstrap/status/report.ts";
import { fundAddress, readAmount } from "../../bootstrap/verbs/fund.ts";
import { mineForAll } from "../../bootstrap/verbs/mine.ts";
import type { NodeAction } from "../../bootstrap/verbs/node-state.ts";
import { connect, disconnect, join, partition } from "../../bootstrap/verbs/partition.ts";
import { replaceBlocks } from "../../bootstrap/verbs/reorg.ts";
import { readClocks, readTimeAction } from "../../bootstrap/verbs/time.ts";
import type { ActionHandler, ActionHandlers, PageNetwork } from "./page-network.ts";

export interface NetworkPageOptions {
  /** Name of the node whose chain is served. */
  readonly node: string;
  /** Called before the first look, and again where a container is gone: others may have taken its place. */
  readonly declared: () => Promise<NetworkDeclaration>;
  /** Called after each reset. */
  readonly afterReset?: ((result: ResetResult) => void) | undefined;
}

export function networkPage(
  network: OpenNetwork,
  { node, declared, afterReset }: NetworkPageOptions,
): PageNetwork {
  const { docker } = network.parts;
  const { title } = network;
  let declaration: NetworkDeclaration | undefined;
  const { signal } = network.parts.context;
  const within = (context: NodesContext): OpenNetwork =>
    new OpenNetwork({
      ...network.parts,
      context: { ...context, signal: joinSignals(signal, context.signal) },
    });
  return {
    ...{ title, node },
    look: async (signal) => {
      declaration ??= await declared();
      const report = await lookAt(docker, declaration, signal);
      if (report.nodes.some(({ state }) => state === "gone")) declaration = undefined;
      return report;
    },
    labelled: (label, context) =>
      within(context).look(async ({ nodes }) => {
        const found = await Promise.all(nodes.map((node) => addressesWithLabel(node, label)));
        return [...new Set(found.flat())];
      }),
    actions: networkActions(within, afterReset),
  };
}

function networkActions(
  within: (context: NodesContext) => OpenNetwork,
  afterReset: (result: ResetResult) => void = () => undefined,
): ActionHandlers {
  const change =
    (action: NodeAction, done: string): ActionHandler<typeof action> =>
    async ({ name }, context) => {
      await within(context).change(action, [name]);
      return `${done} ${name}`;
    };
  return {
    mine: async ({ blocks, to }, context) => {
      const mined = await within(context).on((run) => mineForAll(run, blocks, { to }));
      const { address, height, cutOff } = mined;
      const without = cutOff.length === 0 ? "" : `, without ${cutOff.join(", ")}`;
      return `Mined ${blocksText(blocks)} to ${address}: height ${height}${without}`;
    },
    fund: async ({ to, amount, confirmations = 1 }, context) => {
      const sat = readAmount(amount);
      const paid = await within(context).on((run) => fundAddress(run, to, sat, { confirmations }));
      const depth =
        confirmations === 0 ? "unconfirmed" : `confirmed by ${blocksText(confirmations)}`;
      return `Paid ${amount} BTC to ${paid.address}, ${depth}: ${paid.txids.join(", ")}`;
    },
    reorg: async ({ depth }, context) => {
      const { replaced, mined } = await within(context).on((run) => replaceBlocks(run, depth));
      return `Replaced ${blocksText(replaced.length)} by ${mined.length}: the tip is ${mined.at(-1) ?? ""}`;
    },
    connect: async ({ a, b }, context) => {
      await within(context).on((run) => connect(run, a, b));
      return `Connected: ${a} and ${b}`;
    },
    disconnect: async ({ a, b }, context) => {
      await within(context).on((run) => disconnect(run, a, b));
      return `Cut: ${a} and ${b}`;
    },
    partition: async ({ groups }, context) => {
      const cut = await within(context).on((run) => {
        run.report("part the nodes");
        return partition(run, groups);
      });
      return `Cut: ${pairsText(cut)}`;
    },
    join: async (_, context) => {
      const connected = await within(context).on((run) => {
        run.report("connect the peers");
        return join(run);
      });
      return `Connected: ${pairsText(connected)}`;
    },
    time: async (args, context) => {
      const move = readTimeAction(args.action, "to" in args ? args.to : undefined);
      const { still } = await within(context).on(async (run) => {
        run.report("set the clocks");
        await move?.(run);
        return await readClocks(run);
      });
      return still === undefined
        ? "The clocks show the present"
        : `The clocks stand still at ${isoTime(still)}`;
    },
    stop: change("stop", "Stopped"),
    start: change("start", "Started"),
    restart: change("restart", "Restarted"),
    pause: change("pause", "Paused"),
    unpause: change("unpause", "Unpaused"),
    snapshot: async ({ name }, context) => {
      const network = within(context);
      const { facts } = await network.take(name, {});
      return `Snapshot ${name} holds ${network.title} at height ${facts.height}, tip ${facts.tip}`;
    },
    reset: async ({ to }, context) => {
      const network = within(context);
      const snapshot = await network.snapshot(to);
      afterReset(await network.reset(snapshot));
      const { facts } = snapshot.manifest;
      return `Back at snapshot ${snapshot.name}: height ${facts.height}, tip ${facts.tip}`;
    },
  };
}

function pairsText(pairs: readonly Edge[]): string {
  return pairs.map((pair) => pair.join(" and ")).join(", ");
}
