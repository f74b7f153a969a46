import type Docker from "dockerode";

/** What the engine reports of one container, as far as it is read. */
interface Stats {
  readonly memory_stats: {
    readonly usage?: number;
    readonly stats?: { readonly inactive_file?: number; readonly total_inactive_file?: number };
  };
}

/** Bytes that a container uses, without the files that could be dropped from memory, as `docker stats` counts. */
export async function memoryOf(container: Docker.Container): Promise<number> {
  const options = { stream: false, "one-shot": true } as const;
  const { memory_stats } = (await container.stats(options)) as Stats;
  const { usage = Number.NaN, stats = {} } = memory_stats;
  // The first with version 1 of control groups, the other with version 2.
  return usage - (stats.total_inactive_file ?? stats.inactive_file ?? 0);
}

/** The same of all containers of these engines that have the labels. */
export async function memoryOfAll(
  engines: readonly Docker[],
  filters: { readonly label: string[] },
): Promise<number> {
  const used = engines.map(async (docker) => {
    const containers = await docker.listContainers({ filters });
    return await Promise.all(containers.map(({ Id }) => memoryOf(docker.getContainer(Id))));
  });
  return (await Promise.all(used)).flat().reduce((sum, bytes) => sum + bytes, 0);
}
