/** Running a program in a container, beside what runs there. */
import type Docker from "dockerode";

import { engineError } from "./engine-error.ts";
import { frames } from "./stream-frames.ts";

export interface ExecResult {
  readonly exitCode: number | null;
  /** Both streams, as they came, without white space at their ends. */
  readonly output: string;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `command` as the container's own user, to its end. */
export async function execIn(
  container: Docker.Container,
  command: readonly string[],
): Promise<ExecResult> {
  try {
    const exec = await container.exec({
      Cmd: [...command],
      AttachStdout: true,
      AttachStderr: true,
    });
    const chunks: Record<"stdout" | "stderr" | "both", Buffer[]> = {
      stdout: [],
      stderr: [],
      both: [],
    };
    for await (const { stream, data } of frames(await exec.start({}))) {
      chunks[stream].push(data);
      chunks.both.push(data);
    }
    const { ExitCode } = await exec.inspect();
    const text = (parts: Buffer[]): string => Buffer.concat(parts).toString("utf8");
    return {
      exitCode: ExitCode,
      output: text(chunks.both).trim(),
      stdout: text(chunks.stdout),
      stderr: text(chunks.stderr),
    };
  } catch (error) {
    throw engineError(error);
  }
}
