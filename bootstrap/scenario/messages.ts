/** What goes over the pipe between the program and the process that a scenario runs in. */
import type { Amount } from "../../base/progress/amount.ts";
import type { OnEngine } from "../../engine/engine-input.ts";
import type { Credentials, NodeSpec } from "../nodes/node.ts";
import type { Edge } from "../nodes/peers.ts";
import type { ServiceSpec } from "../services/service.ts";
import type { ScenarioFile } from "./scenario-file.ts";

/** What the process is for. Credentials go this way alone: its command line and environment hold none. */
export interface Job {
  readonly scenario: ScenarioFile;
  /** What the file's path starts from. */
  readonly folder: string;
  /** The nodes to run it on. Left out: it is loaded, and not run. */
  readonly network?: OnEngine & {
    readonly nodes: readonly NodeSpec[];
    readonly services: readonly ServiceSpec[];
    readonly credentials: Credentials;
    readonly connect: readonly Edge[];
    /** Milliseconds that one wait may take. */
    readonly limitMs: number;
  };
}

export type ToProcess =
  | { readonly job: Job }
  /** Why it is to end. */
  | { readonly abort: string };

/** An error as it was in the process. */
export interface Failure {
  /** With those of its causes. */
  readonly message: string;
  readonly stack: string;
  /** Line of the scenario's file that it came from, where that is known. */
  readonly line: number | undefined;
}

export type FromProcess =
  | { readonly report: string }
  | { readonly count: Amount }
  | { readonly done: true }
  | { readonly failed: Failure };
