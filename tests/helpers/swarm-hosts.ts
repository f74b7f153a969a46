/** The engines of a swarm as the hosts of a network. */
import type Docker from "dockerode";

import { waitFor } from "../../base/wait.ts";
import { crowdDatadir } from "../../bootstrap/nodes/crowd.ts";
import { connectEngine } from "../../engine/client.ts";
import { execIn } from "../../engine/exec.ts";
import { label, labelFilter } from "../../engine/labels.ts";
import { copyNodeImage } from "./node-image.ts";
import type { SwarmEngine } from "./swarm-engine.ts";

export type SwarmHost = Readonly<Record<string, string | undefined>>;

const names = ["one", "two", "three"];

/**
 * For config, up to three.
 * @param firstNamed whether the first is named like the others. Default: it is what the commands find by themselves.
 */
export function hostsOf(engines: readonly SwarmEngine[], firstNamed = false): SwarmHost[] {
  return engines.map(({ url, address }, index) =>
    index === 0 && !firstNamed ? { name: names[0] } : { name: names[index], engine: url, address },
  );
}

/** For commands that find no engine by themselves, and no base image in their environment. */
export const noEngineEnv: Readonly<Record<string, string>> = {
  ...{ DOCKER_HOST: "unix:///nowhere/docker.sock", REGTEST_BASE_IMAGE: "" },
};

/** For the commands, which find the first engine by it. */
export function firstHostEnv([first]: readonly SwarmEngine[]): Record<string, string> {
  return { DOCKER_HOST: first?.url ?? "", REGTEST_ADDRESS: first?.address ?? "" };
}

/** The engines of a swarm build nothing: they reach neither packages nor registries. */
export async function bringNodeImage(
  [first]: readonly SwarmEngine[],
  base: string,
  signal: AbortSignal,
): Promise<void> {
  if (first === undefined) return;
  await copyNodeImage(await connectEngine({ signal }), first.docker, base, signal);
}

/** Waits until as many peers of the crowd run, each with a chain of that height. */
export async function crowdAt(
  engines: readonly SwarmEngine[],
  {
    height,
    replicas,
    limitMs = 60_000,
    signal,
  }: {
    readonly height: number;
    readonly replicas: number;
    readonly limitMs?: number;
    readonly signal?: AbortSignal;
  },
): Promise<void> {
  const filters = { ...labelFilter({ [label.kind]: "crowd" }), status: ["running"] };
  const command = ["bitcoin-cli", ...crowdDatadir, "getblockcount"];
  const heightOf = async (docker: Docker, id: string): Promise<string> =>
    (await execIn(docker.getContainer(id), command)).output;
  /** Is not asked again. */
  const there = new Set<string>();
  const look = async (): Promise<true | { pending: string }> => {
    const lists = engines.map(async ({ docker }) => {
      const running = await docker.listContainers({ filters }).catch(() => []);
      return await Promise.all(
        running.map(async ({ Id }) => {
          if (there.has(Id)) return String(height);
          const seen = await heightOf(docker, Id);
          if (seen === String(height)) there.add(Id);
          return seen;
        }),
      );
    });
    const seen = (await Promise.all(lists)).flat();
    const all = seen.length === replicas && seen.every((one) => one === String(height));
    return all || { pending: seen.join(", ") };
  };
  const what = `the crowd to be at height ${height}`;
  // On a busy machine a hundred answers take their time.
  await waitFor(look, { what, limitMs, tryLimitMs: limitMs, signal });
}
