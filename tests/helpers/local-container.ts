/** A container as the engine has one, whose programs run on this machine. */
import { type ChildProcess, spawn } from "node:child_process";
import { PassThrough } from "node:stream";

import type Docker from "dockerode";

export interface LocalContainerOptions {
  /** PATH of its programs. */
  readonly path: string;
  /** Milliseconds from the engine's answer to the start of a program. Default: 0. */
  readonly delayMs?: number;
  /** Called with each request about a program, before it is answered. */
  readonly asked?: (request: "exec" | "start" | "resize", options: object) => void;
}

export interface LocalContainer {
  /** Can run programs, and nothing else. */
  readonly container: Docker.Container;
  /** How many of them run. */
  readonly running: () => number;
}

export function localContainer({
  path,
  delayMs = 0,
  asked,
}: LocalContainerOptions): LocalContainer {
  const programs = new Set<ChildProcess>();
  const exec = (options: Docker.ExecCreateOptions) => {
    asked?.("exec", options);
    const { Cmd: [command = "", ...args] = [], Env = [], Tty = false } = options;
    const output = new PassThrough();
    let ExitCode: number | null = null;
    const run = (): void => {
      const own = Env.map((text) => /^([^=]*)=(.*)/.exec(text)?.slice(1) ?? []);
      const program = spawn(command, args, {
        env: { PATH: path, ...(Object.fromEntries(own) as Record<string, string>) },
        stdio: ["ignore", "pipe", "pipe"],
      });
      programs.add(program);
      for (const [index, stream] of [program.stdout, program.stderr].entries())
        stream.on("data", (data: Buffer) => output.write(Tty ? data : frame(index + 1, data)));
      program.on("error", ({ message }) => output.write(frame(1, Buffer.from(message))));
      program.on("close", (code) => {
        programs.delete(program);
        ExitCode = code ?? 130;
        output.end();
      });
    };
    return Promise.resolve({
      start: (started: object) => {
        asked?.("start", started);
        setTimeout(run, delayMs);
        return Promise.resolve(output);
      },
      inspect: () => Promise.resolve({ ExitCode }),
      resize: (size: object) => {
        asked?.("resize", size);
        return Promise.resolve();
      },
    });
  };
  return { container: { exec } as unknown as Docker.Container, running: () => programs.size };
}

/** As the engine puts two streams into one. */
function frame(stream: number, data: Buffer): Buffer {
  const header = Buffer.alloc(8);
  header.writeUInt8(stream, 0);
  header.writeUInt32BE(data.length, 4);
  return Buffer.concat([header, data]);
}
