/** A Docker engine beside the one that the tests use: as if on another machine. */
import path from "node:path";

import type Docker from "dockerode";
import { execa } from "execa";

import { waitFor } from "../../bootstrap/wait.ts";
import { connectEngine } from "../../engine/client.ts";
import { findOnPath } from "../../toolchain/files.ts";
import { tempFolder } from "./temp-folder.ts";

const [dockerd, unshare, nsenter] = await Promise.all(
  ["dockerd", "unshare", "nsenter"].map((program) => findOnPath(program, process.env["PATH"])),
);

/** Whether this machine and this user can have one. */
export const secondEnginePossible =
  process.getuid?.() === 0 && ![dockerd, unshare, nsenter].includes(undefined);

export interface SecondEngine extends AsyncDisposable {
  readonly docker: Docker;
  /** For DOCKER_HOST. */
  readonly host: string;
  /** Program and arguments that run a command where the engine's published ports are. */
  readonly within: readonly string[];
}

/**
 * Nothing of it is shared, its network least of all: in a network namespace of its own it can neither
 * change the firewall of the other engine nor remove its bridge. What it has is gone in the end.
 */
export async function startSecondEngine(): Promise<SecondEngine> {
  const folder = await tempFolder();
  const at = (name: string): string => path.join(folder.path, name);
  const host = `unix://${at("socket")}`;
  const options = {
    host,
    "data-root": at("data"),
    "exec-root": at("exec"),
    pidfile: at("pid"),
  };
  const flags = Object.entries(options).map(([name, value]) => `--${name}=${value}`);
  const start = 'ip link set lo up && exec dockerd "$@"';
  const engine = execa("unshare", ["--net", "sh", "-c", start, "dockerd", ...flags], {
    reject: false,
    all: true,
    // The text that an error needs.
    maxBuffer: 1_000_000,
  });
  const end = async (): Promise<void> => {
    engine.kill("SIGTERM");
    await engine;
    await folder[Symbol.asyncDispose]();
  };
  let ended: string | undefined;
  void engine.then(({ all }) => (ended = all));
  try {
    const docker = await waitFor(
      async (signal) => {
        if (ended !== undefined) throw new Error(`dockerd ended: ${ended}`);
        try {
          return await connectEngine({ host, env: {}, signal });
        } catch (error) {
          return { pending: (error as Error).message };
        }
      },
      { what: "the second engine to answer", limitMs: 120_000 },
    );
    const within = ["nsenter", `--net=/proc/${engine.pid ?? 0}/ns/net`, "--"];
    return { docker, host, within, [Symbol.asyncDispose]: end };
  } catch (error) {
    await end();
    throw error;
  }
}
