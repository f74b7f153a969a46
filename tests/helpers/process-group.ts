/** A command in a process group of its own, as a shell starts it: watched by what it prints, ended as a whole. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, readdirSync } from "node:fs";
import { stripVTControlCharacters } from "node:util";

import { waitFor } from "../../base/wait.ts";
import { projectFolder } from "../../base/files/paths.ts";

/** Milliseconds that a command may take; a machine that does other things too may be many times slower than usual. */
const limitMs = 240_000;

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** All that it printed, both streams. */
  readonly printed: string;
}

export class ProcessGroup {
  readonly #child: ChildProcess;
  readonly #exit: Promise<unknown>;
  #printed = "";
  #written = "";

  private constructor(child: ChildProcess) {
    this.#child = child;
    this.#exit = once(child, "close");
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding("utf8").on("data", (text: string) => {
        this.#written += text;
        this.#printed += stripVTControlCharacters(text).replaceAll("\r\n", "\n");
      });
    }
  }

  /**
   * Starts a program in the project's folder.
   * @param words the program and its arguments
   * @param env variables that it has beside those of this process
   */
  static start(
    [program = "", ...args]: readonly string[],
    env: Readonly<Record<string, string>> = {},
  ): ProcessGroup {
    return new ProcessGroup(
      spawn(program, args, {
        cwd: projectFolder,
        detached: true,
        stdio: ["pipe", "pipe", "pipe"],
        env: { ...process.env, ...env },
      }),
    );
  }

  /** The same in a terminal of its own, where {@link pressCtrlC} can be said. No word may need quotes. */
  static startInTerminal(
    words: readonly string[],
    env: Readonly<Record<string, string>> = {},
  ): ProcessGroup {
    const options = ["--quiet", "--flush", "--return", "/dev/null"];
    return ProcessGroup.start(["script", ...options, "--command", words.join(" ")], env);
  }

  get printed(): string {
    return this.#printed;
  }

  /** The same with all control characters. */
  get written(): string {
    return this.#written;
  }

  /**
   * Waits until it has printed `text`, or what it matches.
   * @throws Error with all that it printed when it ends before
   */
  async prints(text: string | RegExp): Promise<void> {
    const found = (): boolean =>
      typeof text === "string" ? this.#printed.includes(text) : text.test(this.#printed);
    await waitFor(
      // eslint-disable-next-line @typescript-eslint/require-await -- a probe is a promise
      async () => {
        if (found()) return true;
        if (!this.isRunning())
          throw new Error(`it ended without "${String(text)}":\n${this.#printed}`);
        return { pending: this.#printed.slice(-300) };
      },
      { what: `the output "${String(text)}"`, limitMs, everyMs: 5, maxEveryMs: 5 },
    );
  }

  /** Sends a signal to the group. Pulumi's plugins are in groups of their own, and do not get it. */
  signal(signal: NodeJS.Signals): void {
    process.kill(-this.pid, signal);
  }

  /** As a person does it: the terminal sends SIGINT to all that runs in its foreground. */
  pressCtrlC(): void {
    this.#child.stdin?.write("\x03");
  }

  /** Sends a signal to the command alone, as a service manager may do it. */
  signalFirst(signal: NodeJS.Signals): void {
    process.kill(this.pid, signal);
  }

  /** Kills the group, and the plugins with it: nobody gets a chance to tidy up. */
  killAll(): void {
    const pids = descendants(this.pid);
    this.signal("SIGKILL");
    for (const pid of pids) {
      try {
        process.kill(pid, "SIGKILL");
      } catch {
        // It went with the group.
      }
    }
  }

  /** Waits until it and whoever writes to its streams have ended. */
  async ended(): Promise<Ended> {
    const probe = (): Promise<true> => this.#exit.then(() => true);
    await waitFor(probe, {
      what: `the end of process ${this.pid}`,
      limitMs,
      tryLimitMs: limitMs,
    });
    const { exitCode, signalCode } = this.#child;
    return { code: exitCode, signal: signalCode, printed: this.#printed };
  }

  /** Of the command. */
  get pid(): number {
    const { pid } = this.#child;
    if (pid === undefined) throw new Error("the command did not start");
    return pid;
  }

  isRunning(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }
}

/** The processes that this one started, and those that they started. */
function descendants(root: number): number[] {
  const parents = new Map(
    readdirSync("/proc")
      .filter((entry) => /^\d+$/.test(entry))
      .map((pid) => [Number(pid), parentOf(pid)] as const),
  );
  const isBelow = (pid: number | undefined): boolean =>
    pid !== undefined && (pid === root || isBelow(parents.get(pid)));
  return [...parents.keys()].filter((pid) => pid !== root && isBelow(pid));
}

/** proc(5): the fourth field of stat; the second, the name, may hold spaces and parentheses. */
function parentOf(pid: string): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]);
  } catch {
    return undefined;
  }
}
