/** Measures networks on several hosts, which are engines in namespaces of this machine, and crowds on them. */
import { tidyBuildCache } from "../../engine/clean-up/build-cache.ts";
import { connectEngine } from "../../engine/client.ts";
import { label, labelFilter } from "../../engine/labels.ts";
import { secondEnginePossible } from "../helpers/second-engine.ts";
import { startSwarm } from "../helpers/swarm.ts";
import type { SwarmEngine } from "../helpers/swarm-engine.ts";
import { bringNodeImage, crowdAt, firstHostEnv, hostsOf } from "../helpers/swarm-hosts.ts";
import { BenchStack } from "./bench-stack.ts";
import { benchName, type GrowthOptions, measureNodes, starOf } from "./growth.ts";
import { describeMachine } from "./machine.ts";
import { memoryOfAll } from "./memory.ts";
import type { CrowdRow, HostsReport, HostsRow } from "./report.ts";
import { timed } from "./timed.ts";

export interface HostsOptions extends GrowthOptions {
  /** On how many hosts each of the networks is, one number after the other. */
  readonly engines: readonly number[];
  /** How many peers the crowds have, each on the largest number of hosts. */
  readonly crowds: readonly number[];
}

export async function runHosts(options: HostsOptions): Promise<HostsReport> {
  const { counts, engines, crowds, environment, progress, signal } = options;
  if (!secondEnginePossible)
    throw new Error("engines in namespaces need Linux, root, and dockerd, unshare, nsenter and ip");
  const date = new Date().toISOString();
  const docker = await connectEngine({ signal });
  const machine = await describeMachine(docker, environment.env);
  const most = Math.max(...engines);
  const base = environment.env["REGTEST_BASE_IMAGE"] ?? "";
  await using swarm = await progress.step(`Starting engines of a swarm, ${most} in all`, () =>
    startSwarm({ engines: most }),
  );
  signal.throwIfAborted();
  try {
    await progress.step("Bringing the image there", () =>
      bringNodeImage(swarm.engines, base, signal),
    );
  } finally {
    await tidyBuildCache(docker);
  }
  const hosted = (hosts: readonly SwarmEngine[], config: Record<string, string>) =>
    BenchStack.create({
      docker: hosts[0]?.docker ?? docker,
      name: benchName(),
      config: { ...config, hosts: JSON.stringify(hostsOf(hosts)) },
      env: { ...firstHostEnv(hosts), REGTEST_BASE_IMAGE: base },
      engineGoes: true,
      signal,
    });

  const rows: HostsRow[] = [];
  for (const number of engines) {
    const hosts = swarm.engines.slice(0, number);
    for (const count of counts) {
      const measured = progress.step(
        `${count} nodes on ${number} ${number === 1 ? "engine" : "engines"}`,
        async () => {
          await using stack = await hosted(hosts, starOf(count));
          const dockers = hosts.map(({ docker }) => docker);
          return await measureNodes(stack, count, dockers);
        },
      );
      rows.push({ engines: number, ...(await measured) });
    }
  }
  const crowdRows: CrowdRow[] = [];
  for (const replicas of crowds) {
    const measured = progress.step(`A crowd of ${replicas} on ${most} engines`, async () => {
      const config = { ...starOf(2), crowd: JSON.stringify({ replicas }) };
      await using stack = await hosted(swarm.engines, config);
      return { engines: most, ...(await measureCrowd(stack, replicas, swarm.engines, signal)) };
    });
    crowdRows.push(await measured);
  }
  return { date, machine, rows, crowds: crowdRows };
}

async function measureCrowd(
  stack: BenchStack,
  replicas: number,
  engines: readonly SwarmEngine[],
  signal: AbortSignal,
): Promise<Omit<CrowdRow, "engines">> {
  const { result: up, seconds: atTip } = await timed(async () => {
    const up = await stack.up();
    const { status } = await stack.statusJson();
    await crowdAt(engines, { height: status.height, replicas, limitMs: 600_000, signal });
    return up;
  });
  const memoryBytes = await memoryOfAll(
    engines.map(({ docker }) => docker),
    labelFilter({ [label.kind]: "crowd" }),
  );
  await stack.down();
  return { replicas, memoryBytes, up: up.seconds, atTip };
}
