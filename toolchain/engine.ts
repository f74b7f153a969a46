import { spawn } from "node:child_process";
import { constants } from "node:fs";
import { access, mkdir, open, readFile, rm } from "node:fs/promises";
import path from "node:path";

import type Docker from "dockerode";

import { isError } from "../base/is-error.ts";
import { waitFor } from "../base/wait.ts";
import { connectEngine, type ConnectOptions } from "../engine/client.ts";
import { type Endpoint, resolveEndpoints } from "../engine/endpoint.ts";
import { runCommand } from "../base/command.ts";
import { findOnPath, sizeOf } from "../base/files/files.ts";
import type { CachePaths } from "../base/files/paths.ts";
import type { Progress } from "../base/progress/steps.ts";
import { pointing } from "../base/troubleshooting.ts";

export interface EngineOptions {
  readonly cache: CachePaths;
  readonly progress: Progress;
  readonly signal: AbortSignal;
  readonly env: NodeJS.ProcessEnv;
}

/** What there is to know about a machine on which no engine answers. */
export interface EngineFacts {
  readonly root: boolean;
  /** Whether the engine was looked for at the default socket, where one started here would listen. */
  readonly defaultEndpoint: boolean;
  /** Whether a socket that was tried is there and this user may not use it. */
  readonly denied: boolean;
  readonly dockerd: boolean;
  readonly aptGet: boolean;
}

/** What to do about it: start the engine that is installed, install it first, or tell the person. */
export type EngineRemedy = "start" | "install" | { readonly tell: string };

export function engineRemedy(facts: EngineFacts): EngineRemedy {
  const { root, defaultEndpoint, denied, dockerd, aptGet } = facts;
  if (denied) {
    return {
      tell:
        "this user has no permission to use the Docker engine: add it to the group docker " +
        "(sudo usermod -aG docker $USER, then log in again)",
    };
  }
  if (!defaultEndpoint) {
    return {
      tell: "start the engine that the environment or a docker context names",
    };
  }
  if (root && dockerd) return "start";
  if (root && aptGet) return "install";
  if (dockerd) {
    return { tell: "start the Docker engine, for instance by: sudo systemctl start docker" };
  }
  return {
    tell:
      "install a Docker engine (https://docs.docker.com/engine/install); " +
      "as root on Debian or Ubuntu this program installs it",
  };
}

const defaultSocket = "/var/run/docker.sock";

/**
 * Makes an engine answer that does not: starts it, and before that installs it from Debian's packages if need be.
 * @param failure why none answered
 * @throws {Error} that says what to install or start where this cannot be done here
 */
export async function setUpEngine(
  failure: unknown,
  { cache, progress, signal, env }: EngineOptions,
): Promise<Docker> {
  const endpoints = await resolveEndpoints({ env });
  const remedy = engineRemedy({
    root: process.getuid?.() === 0,
    defaultEndpoint: endpoints.some(({ host }) => host === `unix://${defaultSocket}`),
    denied: (await Promise.all(endpoints.map(isDenied))).includes(true),
    dockerd: findOnPath("dockerd", env["PATH"]) !== undefined,
    aptGet: findOnPath("apt-get", env["PATH"]) !== undefined,
  });
  if (typeof remedy === "object") {
    throw new Error(pointing(remedy.tell, "no-docker-engine"), { cause: failure });
  }
  if (remedy === "install") {
    // iptables: the engine's own package only recommends it, and no network comes up without.
    await installPackages(["docker.io", "iptables"], { cache, progress, signal });
  }
  const systemd = (await sizeOf("/run/systemd/system")) !== undefined;
  return progress.step("Starting the Docker engine", async () => {
    if (!systemd) return startEngine({ log: path.join(cache.logs, "dockerd.log"), signal });
    await runCommand("systemctl", ["start", "docker"], {
      log: path.join(cache.logs, "systemctl.log"),
      signal,
    });
    return waitForEngine({ signal });
  });
}

/** Installs Debian packages by apt-get, as root, after bringing its package lists up to date. */
export async function installPackages(
  packages: readonly string[],
  { cache, progress, signal }: Omit<EngineOptions, "env">,
): Promise<void> {
  const apt = (args: readonly string[]): Promise<void> =>
    runCommand("apt-get", args, {
      log: path.join(cache.logs, `apt-${args[0] ?? ""}.log`),
      env: { DEBIAN_FRONTEND: "noninteractive" },
      signal,
    });
  await progress.step(`Installing ${packages.join(" and ")} (apt-get)`, async () => {
    await apt(["update"]);
    await apt(["install", "--yes", "--no-install-recommends", ...packages]);
  });
}

export interface StartOptions {
  /** Where the engine writes its log. */
  readonly log: string;
  readonly signal: AbortSignal;
  /** The program that is or becomes dockerd, and its arguments. Default: dockerd with its own defaults. */
  readonly command?: readonly [string, ...string[]];
  /** Where it is going to answer. Default: where the docker CLI would look. */
  readonly connect?: Omit<ConnectOptions, "signal"> | undefined;
}

/**
 * Starts dockerd in a session of its own, so that it outlives this process and its terminal, and waits until it answers.
 * @throws {Error} with the end of its log when it exits instead
 */
export async function startEngine({
  log,
  signal,
  command: [program, ...args] = ["dockerd"],
  connect,
}: StartOptions): Promise<Docker> {
  await mkdir(path.dirname(log), { recursive: true });
  await rm(log, { force: true });
  await using file = await open(log, "a");
  const dockerd = spawn(program, args, {
    cwd: "/",
    detached: true,
    stdio: ["ignore", file.fd, file.fd],
  });
  dockerd.unref();
  const ended = Promise.withResolvers<never>();
  dockerd.once("error", ended.reject);
  dockerd.once("exit", (code, by) => {
    const how = by ?? `exit code ${code ?? "unknown"}`;
    void lastLines(log).then((lines) => {
      const told = `dockerd exited (${how}). Last lines of ${log}:\n${lines}`;
      ended.reject(new Error(pointing(told, "no-docker-engine")));
    });
  });
  const over = new AbortController();
  try {
    const wait = { connect, signal: AbortSignal.any([signal, over.signal]) };
    return await Promise.race([
      waitForEngine(wait, `the Docker engine (log: ${log})`),
      ended.promise,
    ]);
  } finally {
    over.abort();
    dockerd.removeAllListeners();
  }
}

/** Milliseconds that an engine may take from its start to its first answer. */
const startLimitMs = 60_000;

function waitForEngine(
  { signal, connect }: Pick<StartOptions, "signal" | "connect">,
  what = "the Docker engine",
): Promise<Docker> {
  return waitFor(
    async (trySignal) => {
      try {
        return await connectEngine({ ...connect, signal: trySignal });
      } catch (error) {
        trySignal.throwIfAborted();
        return { pending: isError(error) ? error.message : String(error) };
      }
    },
    { what: `${what} to answer`, limitMs: startLimitMs, signal },
  );
}

async function isDenied({ host }: Endpoint): Promise<boolean> {
  if (!host.startsWith("unix://")) return false;
  try {
    await access(host.slice("unix://".length), constants.R_OK | constants.W_OK);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EACCES";
  }
}

async function lastLines(file: string): Promise<string> {
  const text = await readFile(file, "utf8");
  return text
    .trimEnd()
    .split("\n")
    .slice(-8)
    .map((line) => `  ${line}`)
    .join("\n");
}
