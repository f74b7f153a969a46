/** What the bench measures, what is expected of it, and the verdict. */

import type { AtOnce, CloneRound } from "./clones.ts";
import type { LightningRound } from "./lightning.ts";
import type { SnapshotRound } from "./snapshots.ts";

/** The figures by name, one value for each round; of sizes one value. */
export interface Measured {
  readonly up: readonly number[];
  readonly upUnchanged: readonly number[];
  /** `pulumi up` on the same stack. */
  readonly plainUp: readonly number[];
  readonly status: readonly number[];
  readonly mine: readonly number[];
  readonly reset: readonly number[];
  readonly down: readonly number[];
  /** Of the resources Bootstrap and Snapshot together, within `up`. */
  readonly bootstrap: readonly number[];
  /** The same steps by tests/bench/walk-through.sh. */
  readonly walkThrough: readonly number[];
  /** Of snapshots, by the engine alone. */
  readonly snapshots: readonly SnapshotRound[];
  /** Of the test kit. */
  readonly clones: readonly CloneRound[];
  /** Of the test kit, with lnd and an open channel; empty where there is no lnd. */
  readonly lightning: readonly LightningRound[];
  /** In bytes. */
  readonly imageSize: number;
  /** Node's name → bytes of the layer that its snapshot adds to the image. */
  readonly snapshotLayers: Readonly<Record<string, number>>;
}

export interface Figure {
  readonly name: string;
  /** Empty for what is counted. */
  readonly unit: "s" | "ms" | "MB" | "x" | "";
  readonly values: readonly number[];
  readonly median: number;
  /** The largest median that is expected; left out where nothing is. */
  readonly atMost?: number;
  readonly met?: boolean;
}

const bytesPerMb = 1_000_000;

/** The expectations are those that the project set itself when the image and the bootstrap were designed. */
export function figures(measured: Measured): Figure[] {
  // Each round's own: what slows the machine down for a while slows both down.
  const ratios = measured.bootstrap.map(
    (seconds, round) => seconds / (measured.walkThrough[round] ?? Number.NaN),
  );
  const upRatios = measured.upUnchanged.map(
    (seconds, round) => seconds / (measured.plainUp[round] ?? Number.NaN),
  );
  return [
    figure("up, image present", "s", measured.up),
    figure("up, nothing to change", "s", measured.upUnchanged, 6),
    figure("up, nothing to change / pulumi up", "x", upRatios, 1.1),
    figure("npm run status", "s", measured.status, 0.4),
    figure("npm run mine", "s", measured.mine, 0.4),
    figure("npm run reset", "s", measured.reset, 3),
    figure("down", "s", measured.down),
    figure("bootstrap and snapshot, within up", "s", measured.bootstrap),
    figure("the same by tests/bench/walk-through.sh", "s", measured.walkThrough),
    figure("bootstrap / walk-through.sh", "x", ratios, 1),
    figure("image", "MB", [measured.imageSize / bytesPerMb], 30),
    ...Object.entries(measured.snapshotLayers).map(([node, bytes]) =>
      figure(`snapshot layer of ${node}`, "MB", [bytes / bytesPerMb], 2),
    ),
    ...snapshotFigures(measured.snapshots),
    ...cloneFigures(measured.clones),
    ...lightningFigures(measured.lightning),
  ];
}

function snapshotFigures(rounds: readonly SnapshotRound[]): Figure[] {
  const each = (pick: (round: SnapshotRound) => number): number[] => rounds.map(pick);
  return [
    figure(
      "snapshot: stop, commit, start, verify",
      "s",
      each(({ commit }) => commit),
    ),
    figure(
      "restore of one node",
      "s",
      each(({ restoreOne }) => restoreOne),
    ),
    figure(
      "restore of both, peered and verified",
      "s",
      each(({ restore }) => restore),
      1,
    ),
    figure(
      "bare: network, two starts, bitcoind answers",
      "s",
      each(({ bare }) => bare),
    ),
    figure(
      "restore of both / bare",
      "x",
      each(({ restore, bare }) => restore / bare),
      1.3,
    ),
    figure(
      "reset in place, without the CLI",
      "s",
      each(({ reset }) => reset),
    ),
    figure(
      "export to a file",
      "s",
      each(({ exported }) => exported),
    ),
    figure(
      "import from a file",
      "s",
      each(({ imported }) => imported),
    ),
    figure(
      "exported file",
      "MB",
      each(({ archiveBytes }) => archiveBytes / bytesPerMb),
    ),
  ];
}

function cloneFigures(rounds: readonly CloneRound[]): Figure[] {
  const each = (pick: (round: CloneRound) => number): number[] => rounds.map(pick);
  return [
    figure(
      "clone: both nodes, peered and verified",
      "s",
      each(({ clone }) => clone),
    ),
    figure(
      "clone / bare",
      "x",
      each(({ clone, bare }) => clone / bare),
      1.3,
    ),
    figure(
      "the same network from the genesis block",
      "s",
      each(({ genesis }) => genesis),
    ),
    figure(
      "clone / from the genesis block",
      "x",
      each(({ clone, genesis }) => clone / genesis),
    ),
    figure(
      "a network from the pool",
      "ms",
      each(({ take }) => take * 1000),
      20,
    ),
    figure(
      "dispose",
      "s",
      each(({ dispose }) => dispose),
    ),
    figure(
      "memory of a node",
      "MB",
      each(({ memoryBytes }) => memoryBytes / bytesPerMb),
      45,
    ),
    ...(rounds[0]?.atOnce ?? []).flatMap(({ networks }, size) =>
      atOnceFigures(
        networks,
        rounds.flatMap(({ atOnce }) => atOnce[size] ?? []),
      ),
    ),
  ];
}

function lightningFigures(rounds: readonly LightningRound[]): Figure[] {
  if (rounds.length === 0) return [];
  const each = (pick: (round: LightningRound) => number): number[] => rounds.map(pick);
  return [
    figure(
      "lnd: clone, the channel active",
      "s",
      each(({ clone }) => clone),
    ),
    figure(
      "lnd: clone to the first payment",
      "s",
      each(({ paid }) => paid),
    ),
    figure(
      "lnd: from the pool, the channel active",
      "ms",
      each(({ take }) => take * 1000),
      50,
    ),
  ];
}

function atOnceFigures(networks: number, all: readonly AtOnce[]): Figure[] {
  const failures = all.map(({ failures }) => failures);
  const leftovers = all.map(({ leftovers }) => leftovers);
  return [
    figure(
      `${networks} at once, each`,
      "s",
      all.map(({ each }) => each),
    ),
    figure(`${networks} at once, failures`, "", [Math.max(...failures)], 0),
    figure(`${networks} at once, leftovers`, "", [Math.max(...leftovers)], 0),
  ];
}

export function figure(
  name: string,
  unit: Figure["unit"],
  values: readonly number[],
  atMost?: number,
): Figure {
  const middle = median(values);
  const judged = atMost === undefined ? {} : { atMost, met: middle <= atMost };
  return { name, unit, values, median: middle, ...judged };
}

/** The middle value; of an even number of values the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  const [low, high] = [sorted[Math.ceil(middle) - 1], sorted[Math.floor(middle)]];
  if (low === undefined || high === undefined) throw new RangeError("no values, no median");
  return (low + high) / 2;
}
