/** `npm run bench` measures on a stack of its own, and leaves nothing behind however it ends. */

import { execa } from "execa";
import { expect, it } from "vitest";

import type { Report } from "../bench/report.ts";
import { waitFor } from "../../base/wait.ts";
import { connectEngine } from "../../engine/client.ts";
import { label } from "../../engine/labels.ts";
import { projectFolder } from "../../base/files/paths.ts";

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

it("takes everything away when it is interrupted", async () => {
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
