import type { Figure } from "./figures.ts";
import type { Machine } from "./machine.ts";

/** What `npm run bench -- --json` prints. */
export interface Report {
  /** When it began: ISO 8601, UTC. */
  readonly date: string;
  readonly rounds: number;
  readonly machine: Machine;
  readonly figures: readonly Figure[];
}

/** What `npm run bench -- growth --json` prints. */
export interface GrowthReport {
  /** When it began: ISO 8601, UTC. */
  readonly date: string;
  readonly machine: Machine;
  readonly rows: readonly GrowthRow[];
}

/** One stack; times in seconds, each of the whole npm script. */
export interface GrowthRow {
  readonly nodes: number;
  readonly up: number;
  /** With nothing to change. */
  readonly upAgain: number;
  readonly reset: number;
  readonly snapshot: number;
  readonly status: number;
  /** Of all nodes together. */
  readonly memoryBytes: number;
}

/** What `npm run bench -- hosts --json` prints. */
export interface HostsReport {
  /** When it began: ISO 8601, UTC. */
  readonly date: string;
  readonly machine: Machine;
  readonly rows: readonly HostsRow[];
  readonly crowds: readonly CrowdRow[];
}

/** One stack, on so many hosts. */
export interface HostsRow extends GrowthRow {
  readonly engines: number;
}

/** A crowd beside two nodes; times in seconds. */
export interface CrowdRow {
  readonly engines: number;
  readonly replicas: number;
  /** Of the whole npm script. */
  readonly up: number;
  /** From its start until every peer runs and has the nodes' chain. */
  readonly atTip: number;
  /** Of all peers together. */
  readonly memoryBytes: number;
}

/** What `npm run bench -- --throughput --json` prints. */
export interface ThroughputReport {
  /** When it began: ISO 8601, UTC. */
  readonly date: string;
  readonly machine: Machine;
  /** Of each measurement. */
  readonly seconds: number;
  readonly rows: readonly ThroughputRow[];
}

export interface ThroughputRow {
  /** Tests that took networks at once. */
  readonly takers: number;
  /** From a pool whose networks are used again. */
  readonly again: Throughput;
  /** Each a new one, that is removed. */
  readonly anew: Throughput;
  /** The engine's own work for a new one, without verification. */
  readonly bare: Throughput;
  /** Containers and networks that were still there. */
  readonly leftovers: number;
}

interface Throughput {
  readonly perSecond: number;
  /** For one network, of all processors of this machine, whoever used them. */
  readonly cpuSeconds: number;
}
