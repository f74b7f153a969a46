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
import { engineError, isNotFound } from "../../engine/engine-error.ts";
import type { ActionHandlers, PageNetwork } from "./page-network.ts";
import type { ActionName, Actions } from "./protocol.ts";

export interface NetworkPageOptions {
  /** Name of the node whose chain is served. */
  readonly node: string;
  /** Called before the first look, and again where a container is gone: others may have taken its place. */
  readonly declared: () => Promise<NetworkDeclaration>;
  /** Called before an action where a container has been replaced. Left out: none ever is. */
  readonly reopen?: ((context: NodesContext) => Promise<OpenNetwork>) | undefined;
  /** Called after each reset. */
  readonly afterReset?: AfterReset | undefined;
}

export function networkPage(
  network: OpenNetwork,
  { node, declared, reopen, afterReset }: NetworkPageOptions,
): PageNetwork {
  const { docker, title, context } = network.parts;
  let declaration: NetworkDeclaration | undefined;
  let current = network;
  const within = async (own: NodesContext): Promise<OpenNetwork> => {
    const joined = { ...own, signal: joinSignals(context.signal, own.signal) };
    if (reopen !== undefined && !(await isThere(current))) current = await reopen(joined);
    return new OpenNetwork({ ...current.parts, context: joined });
  };
  return {
    ...{ title, node },
    look: async (signal) => {
      declaration ??= await declared();
      const report = await lookAt(docker, declaration, signal);
      if (report.nodes.some(({ state }) => state === "gone")) declaration = undefined;
      return report;
    },
    labelled: async (label, context) => {
      const network = await within(context);
      return await network.look(async ({ nodes }) => {
        const found = await Promise.all(nodes.map((node) => addressesWithLabel(node, label)));
        return [...new Set(found.flat())];
      });
    },
    actions: bound(within, afterReset),
  };
}

type AfterReset = (result: ResetResult) => void;

type Verbs = {
  readonly [Name in ActionName]: (
    args: Actions[Name],
    network: OpenNetwork,
    afterReset: AfterReset,
  ) => Promise<string>;
};

const verbs: Verbs = {
  mine: async ({ blocks, to }, network) => {
    const { address, height, cutOff } = await network.on((run) => mineForAll(run, blocks, { to }));
    const without = cutOff.length === 0 ? "" : `, without ${cutOff.join(", ")}`;
    return `Mined ${blocksText(blocks)} to ${address}: height ${height}${without}`;
  },
  fund: async ({ to, amount, confirmations = 1 }, network) => {
    const sat = readAmount(amount);
    const paid = await network.on((run) => fundAddress(run, to, sat, { confirmations }));
    const depth = confirmations === 0 ? "unconfirmed" : `confirmed by ${blocksText(confirmations)}`;
    return `Paid ${amount} BTC to ${paid.address}, ${depth}: ${paid.txids.join(", ")}`;
  },
  reorg: async ({ depth }, network) => {
    const { replaced, mined } = await network.on((run) => replaceBlocks(run, depth));
    const tip = mined.at(-1) ?? "";
    return `Replaced ${blocksText(replaced.length)} by ${mined.length}: the tip is ${tip}`;
  },
  connect: async ({ a, b }, network) => {
    await network.on((run) => connect(run, a, b));
    return `Connected: ${a} and ${b}`;
  },
  disconnect: async ({ a, b }, network) => {
    await network.on((run) => disconnect(run, a, b));
    return `Cut: ${a} and ${b}`;
  },
  partition: async ({ groups }, network) => {
    const cut = await network.on((run) => {
      run.report("part the nodes");
      return partition(run, groups);
    });
    return `Cut: ${pairsText(cut)}`;
  },
  join: async (_, network) => {
    const connected = await network.on((run) => {
      run.report("connect the peers");
      return join(run);
    });
    return `Connected: ${pairsText(connected)}`;
  },
  time: async (args, network) => {
    const move = readTimeAction(args.action, "to" in args ? args.to : undefined);
    const { still } = await network.on(async (run) => {
      run.report("set the clocks");
      await move?.(run);
      return await readClocks(run);
    });
    return still === undefined
      ? "The clocks show the present"
      : `The clocks stand still at ${isoTime(still)}`;
  },
  stop: changing("stop", "Stopped"),
  start: changing("start", "Started"),
  restart: changing("restart", "Restarted"),
  pause: changing("pause", "Paused"),
  unpause: changing("unpause", "Unpaused"),
  snapshot: async ({ name }, network) => {
    const { facts } = await network.take(name, {});
    return `Snapshot ${name} holds ${network.title} at height ${facts.height}, tip ${facts.tip}`;
  },
  reset: async ({ to }, network, afterReset) => {
    const snapshot = await network.snapshot(to);
    afterReset(await network.reset(snapshot));
    const { facts } = snapshot.manifest;
    return `Back at snapshot ${snapshot.name}: height ${facts.height}, tip ${facts.tip}`;
  },
};

function changing(action: NodeAction, done: string): Verbs[NodeAction] {
  return async ({ name }, network) => {
    await network.change(action, [name]);
    return `${done} ${name}`;
  };
}

function bound(
  within: (context: NodesContext) => Promise<OpenNetwork>,
  afterReset: AfterReset = () => undefined,
): ActionHandlers {
  const all = Object.entries(verbs) as [ActionName, (typeof verbs)["mine"]][];
  const handlers = all.map(([name, verb]) => [
    name,
    async (args: Actions["mine"], context: NodesContext) =>
      await verb(args, await within(context), afterReset),
  ]);
  return Object.fromEntries(handlers) as ActionHandlers;
}

async function isThere({ parts: { docker, inputs } }: OpenNetwork): Promise<boolean> {
  const members = [...inputs.nodes, ...(inputs.services ?? [])];
  try {
    await Promise.all(members.map(({ containerId }) => docker.getContainer(containerId).inspect()));
    return true;
  } catch (error) {
    if (isNotFound(error)) return false;
    throw engineError(error);
  }
}

function pairsText(pairs: readonly Edge[]): string {
  return pairs.map((pair) => pair.join(" and ")).join(", ");
}
