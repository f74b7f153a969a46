/** A process of dockerd that can be ended and started again. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { open, readFile } from "node:fs/promises";

import type Docker from "dockerode";

import { waitFor } from "../../base/wait.ts";
import { connectEngine } from "../../engine/client.ts";

export interface EngineProcessOptions {
  /** Program and arguments. */
  readonly command: readonly string[];
  /** URL of its socket. */
  readonly socket: string;
  /** Path of the file that its output is added to. */
  readonly log: string;
  /**
   * Which process gets the signals.
   * @param pid of the command's. Default: itself
   */
  readonly signalled?: (pid: number) => Promise<number>;
}

export class EngineProcess {
  readonly #options: EngineProcessOptions;
  #child: ChildProcess | undefined;
  #ended: Promise<unknown> | undefined;

  constructor(options: EngineProcessOptions) {
    this.#options = options;
  }

  get isRunning(): boolean {
    return this.#child?.exitCode === null && this.#child.signalCode === null;
  }

  /** Its output goes to a file: what it started itself may outlive it, and would keep a pipe open. */
  async start(): Promise<Docker> {
    const { command, log } = this.#options;
    await using file = await open(log, "a");
    const [program = "", ...args] = command;
    this.#child = spawn(program, args, { stdio: ["ignore", file.fd, file.fd] });
    this.#ended = once(this.#child, "exit");
    return await this.#answers();
  }

  /** Returns when it has ended; one that is not running is left alone. */
  async end(signal: "SIGTERM" | "SIGKILL"): Promise<void> {
    const pid = this.#child?.pid;
    if (!this.isRunning || pid === undefined) return;
    process.kill((await this.#options.signalled?.(pid)) ?? pid, signal);
    await this.#ended;
  }

  async #answers(): Promise<Docker> {
    const { socket: host, log } = this.#options;
    return await waitFor(
      async (signal) => {
        if (!this.isRunning) throw new Error(`dockerd ended: ${await readFile(log, "utf8")}`);
        try {
          return await connectEngine({ host, env: {}, signal });
        } catch (error) {
          return { pending: (error as Error).message };
        }
      },
      { what: `the engine at ${host} to answer`, limitMs: 120_000 },
    );
  }
}

/** Arguments of dockerd. */
export function engineFlags(options: Readonly<Record<string, string>>): string[] {
  return Object.entries(options).map(([name, value]) => `--${name}=${value}`);
}
