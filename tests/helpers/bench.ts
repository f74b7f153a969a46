/** Figures as a bench may measure them, and a machine. */
import type { Measured } from "../bench/figures.ts";
import type { Machine } from "../bench/machine.ts";

export const measured: Measured = {
  up: [7, 9, 8],
  upUnchanged: [4, 5, 7],
  plainUp: [4, 4, 4],
  status: [0.5, 0.3, 0.4],
  mine: [0.4, 0.5, 0.6],
  reset: [2, 2, 2],
  down: [3, 2, 1],
  bootstrap: [2, 3, 4],
  walkThrough: [4, 4, 5],
  snapshots: [
    {
      ...{ commit: 2, restore: 0.9, restoreOne: 0.5, bare: 0.6, reset: 1.2 },
      ...{ exported: 0.3, imported: 0.4, archiveBytes: 33_000_000 },
    },
  ],
  clones: [0.8, 0.6].map((clone) => ({
    ...{ clone, bare: 0.5, genesis: 2, take: 0.015, dispose: 0.4, memoryBytes: 41_000_000 },
    atOnce: [
      { networks: 1, each: 0.7, failures: 0, leftovers: 0 },
      { networks: 40, each: 0.4, failures: clone === 0.6 ? 1 : 0, leftovers: 0 },
    ],
  })),
  lightning: [{ clone: 4, paid: 5, take: 0.06 }],
  imageSize: 29_800_000,
  snapshotLayers: { alice: 1_440_000, miner: 2_500_000 },
};

export const machine: Machine = {
  cores: 2,
  processor: "Some CPU",
  memoryBytes: 4 * 2 ** 30,
  system: "Linux 6.1",
  load: 0.25,
  docker: "20.10.24",
  storageDriver: "overlay2",
  pulumi: "3.259.0",
  dockerPlugin: "stand-in 5.2.0",
  node: "24.0.0",
};
