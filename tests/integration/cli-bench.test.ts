/** `npm run bench` measures on a stack of its own, and leaves nothing behind however it ends. */

import { readdir } from "node:fs/promises";

import { execa } from "execa";
import { describe, expect, it } from "vitest";

import type { HostsReport, Report } from "../bench/report.ts";
import { waitFor } from "../../base/wait.ts";
import { connectEngine } from "../../engine/client.ts";
import { label } from "../../engine/labels.ts";
import { projectFolder } from "../../base/files/paths.ts";
import { ownedBy } from "../helpers/left-over.ts";
import { secondEnginePossible } from "../helpers/second-engine.ts";
import { tempFolder } from "../helpers/temp-folder.ts";

const docker = await connectEngine();

const few = ["--runs", "1", "--networks", "1,2"];

function bench(...more: readonly string[]) {
  return execa("sh", ["toolchain/run.sh", "bench", ...few, "--json", ...more], {
    cwd: projectFolder,
    reject: false,
    stdin: "ignore",
  });
}

/** The name of the bench's stack, from its progress; "" while there is none. */
function stackOf(stderr: string): string {
  return /bench-[0-9a-f]{8}/.exec(stderr)?.[0] ?? "";
}

/** How many containers, networks and images there are of the stack, and of what the bench makes beside it. */
async function footprint(stack: string): Promise<{ containers: number; all: number }> {
  const ofBench = ({ Labels }: { Labels?: Record<string, string> | null | undefined }): boolean =>
    Labels?.[label.stack]?.startsWith(stack) === true;
  const [containers, networks, images] = await Promise.all([
    docker.listContainers({ all: true }),
    docker.listNetworks(),
    docker.listImages(),
  ]);
  const running = containers.filter(ofBench).length;
  return {
    containers: running,
    all: running + networks.filter(ofBench).length + images.filter(ofBench).length,
  };
}

// It brings the network up three times, and a busy machine may be many times slower than usual.
it(
  "prints every figure, and sizes as small as the project promises",
  { timeout: 900_000, tags: ["long"] },
  async () => {
    const { exitCode, stdout, stderr } = await bench();
    expect(exitCode, stderr).toBe(0);
    const { figures, machine, rounds } = JSON.parse(stdout) as Report;
    expect(rounds).toBe(1);
    expect(machine.docker).not.toBe("");
    const names = figures.map(({ name }) => name);
    for (const name of [
      "up, image present",
      "up, nothing to change",
      "down",
      "bootstrap and snapshot, within up",
      "the same by tests/bench/walk-through.sh",
      "bootstrap / walk-through.sh",
      "image",
      "snapshot layer of alice",
      "snapshot layer of miner",
      "clone / bare",
      "a network from the pool",
      "2 at once, each",
    ]) {
      expect(names).toContain(name);
    }
    const counted = figures.filter(({ unit }) => unit === "");
    expect(counted.map(({ median }) => median)).toEqual([0, 0, 0, 0]);
    const measured = figures.filter(({ unit }) => unit !== "");
    for (const { median } of measured) expect(median).toBeGreaterThan(0);
    const sizes = figures.filter(({ unit }) => unit === "MB");
    expect(sizes.filter(({ met }) => met === false)).toEqual([]);
    expect(stackOf(stderr)).not.toBe("");
    expect(await footprint(stackOf(stderr))).toEqual({ containers: 0, all: 0 });
  },
);

it("takes everything away when it is interrupted", { tags: ["long"] }, async () => {
  const run = bench();
  let stderr = "";
  run.stderr.on("data", (text: Buffer) => (stderr += text.toString()));
  await waitFor(
    async () => {
      const stack = stackOf(stderr);
      if (stack === "") return { pending: "no stack's name on stderr" };
      const { containers } = await footprint(stack);
      return containers > 0 ? true : { pending: `no container of ${stack}` };
    },
    { what: "the bench to start a container", limitMs: 200_000 },
  );
  run.kill("SIGINT");
  expect(await run).toMatchObject({ exitCode: 130, stdout: "" });
  expect(stderr).toContain("error: stopped by SIGINT");
  expect(await footprint(stackOf(stderr))).toEqual({ containers: 0, all: 0 });
});

describe.skipIf(!secondEnginePossible)("on hosts, which are engines that it starts", () => {
  const two = ["--nodes", "2", "--engines", "2", "--crowds", "3"];
  const long = { timeout: 900_000, tags: ["long"] };

  /** Of its own process group, as in a terminal; whatever it makes outside the engines is in the folder. */
  function benchHosts(folder: string) {
    return execa("sh", ["toolchain/run.sh", "bench", "hosts", ...two, "--json"], {
      ...{ cwd: projectFolder, reject: false, stdin: "ignore", detached: true },
      env: { TMPDIR: folder },
    });
  }

  it("measures nodes and a crowd on both, and leaves nothing", long, async () => {
    await using folder = await tempFolder();
    const run = benchHosts(folder.path);
    const { exitCode, stdout, stderr } = await run;
    expect(exitCode, stderr).toBe(0);
    const { rows, crowds } = JSON.parse(stdout) as HostsReport;
    expect(rows).toMatchObject([{ engines: 2, nodes: 2 }]);
    expect(crowds).toMatchObject([{ engines: 2, replicas: 3 }]);
    const [row] = rows;
    for (const seconds of ["up", "upAgain", "reset", "snapshot", "status"] as const)
      expect(row?.[seconds], seconds).toBeGreaterThan(0.1);
    const [crowd] = crowds;
    // It is there only when its last peer has the chain.
    expect(crowd?.atTip).toBeGreaterThan(crowd?.up ?? Infinity);
    // Of both nodes and all peers, whichever engine they are on: a bitcoind takes 7 MB or more.
    expect(row?.memoryBytes).toBeGreaterThan(2 * 5e6);
    expect(row?.memoryBytes).toBeLessThan(2 * 40e6);
    expect(crowd?.memoryBytes).toBeGreaterThan(3 * 5e6);
    expect(crowd?.memoryBytes).toBeLessThan(3 * 40e6);
    expect(await readdir(folder.path)).toEqual([]);
    expect(await ownedBy(docker, run.pid ?? 0)).toEqual([]);
  });

  it("takes them away when it is interrupted", long, async () => {
    await using folder = await tempFolder();
    const run = benchHosts(folder.path);
    let stderr = "";
    run.stderr.on("data", (text: Buffer) => (stderr += text.toString()));
    const begun = (): Promise<true | { pending: string }> =>
      Promise.resolve(stderr.includes("2 nodes on 2 engines") || { pending: stderr });
    await waitFor(begun, { what: "the engines to be up", limitMs: 200_000 });
    process.kill(-(run.pid ?? 0), "SIGINT");
    expect(await run, stderr).toMatchObject({ exitCode: 130, stdout: "" });
    expect(stderr).toContain("error: stopped by SIGINT");
    expect(await readdir(folder.path)).toEqual([]);
    expect(await ownedBy(docker, run.pid ?? 0)).toEqual([]);
  });
});
