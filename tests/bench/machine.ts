/** What a figure depends on beside the code. */
import { cpus, loadavg, release, totalmem, type } from "node:os";

import type Docker from "dockerode";
import { execa } from "execa";

import { readRecord } from "../../base/files/files.ts";
import { cachePaths } from "../../base/files/paths.ts";

export interface Machine {
  readonly cores: number;
  readonly processor: string;
  readonly memoryBytes: number;
  readonly system: string;
  /** Of the last minute, before the first round: what else the machine was doing. */
  readonly load: number;
  readonly docker: string;
  readonly storageDriver: string;
  readonly pulumi: string;
  /** Which Docker provider plugin: official or stand-in, and its version. */
  readonly dockerPlugin: string;
  readonly node: string;
}

export async function describeMachine(docker: Docker, env: NodeJS.ProcessEnv): Promise<Machine> {
  const processors = cpus();
  const { ServerVersion, Driver } = (await docker.info()) as {
    ServerVersion: string;
    Driver: string;
  };
  const plugin = await readRecord(cachePaths().dockerPlugin);
  const { stdout: pulumi } = await execa("pulumi", ["version"], { env, extendEnv: false });
  return {
    cores: processors.length,
    processor: processors[0]?.model.trim() ?? "unknown",
    memoryBytes: totalmem(),
    // What a builder of kernels adds to the version says nothing.
    system: `${type()} ${release().split("-", 1)[0] ?? ""}`,
    load: loadavg()[0] ?? 0,
    docker: ServerVersion,
    storageDriver: Driver,
    pulumi: pulumi.trim().replace(/^v/, ""),
    dockerPlugin: `${String(plugin?.["kind"])} ${String(plugin?.["version"])}`,
    node: process.versions.node,
  };
}
