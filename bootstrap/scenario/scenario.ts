/** What a scenario is, and what it gets. */
import type { NetworkService } from "../services/network-service.ts";
import { Network } from "../verbs/network.ts";
import type { Run } from "../nodes/run.ts";

/**
 * The default export of a scenario file. It starts where the walk-through ends: peers connected, wallets
 * made, everybody paid and confirmed. When it ends, all nodes must have the same chain.
 */
export type Scenario = (network: ScenarioNetwork) => Promise<void> | void;

export class ScenarioNetwork extends Network {
  /** Aborted with the update, and when the scenario takes longer than config `timeout`. */
  readonly signal: AbortSignal;
  /** Says what is going on, in one line beside the resource. */
  readonly report: Run["report"];

  /** @internal */
  constructor(run: Run, services: Readonly<Record<string, NetworkService>>) {
    super(run.nodes, services, (work) => work(run));
    this.signal = run.signal;
    this.report = (message) => {
      run.report(message);
    };
  }
}
