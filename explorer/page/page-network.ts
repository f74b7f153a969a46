/** What the page can see of a network and do with it: whoever serves the page says how. */
import type { NodesContext } from "../../bootstrap/nodes/on-nodes.ts";
import type { StatusReport } from "../../bootstrap/status/report.ts";
import type { Actions } from "./protocol.ts";

export interface PageNetwork {
  /** In sentences: `stack dev`, `clone temporary-…`. */
  readonly title: string;
  /** Name of the node whose chain is served. */
  readonly node: string;
  /** The network now, next to what it declares. No secret is in it. */
  readonly look: (signal: AbortSignal) => Promise<StatusReport>;
  /** The addresses that have the label, in any node's wallet. */
  readonly labelled: (label: string, context: NodesContext) => Promise<readonly string[]>;
  readonly actions: ActionHandlers;
}

/** What is not there cannot be asked for. Returns what came of it, for a person. */
export type ActionHandlers = {
  readonly [Name in keyof Actions]?: ActionHandler<Name>;
};

export type ActionHandler<Name extends keyof Actions> = (
  args: Actions[Name],
  context: NodesContext,
) => Promise<string>;
