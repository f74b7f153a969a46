/** Running a program in a container, beside what runs there. */
import type Docker from "dockerode";

import { engineError } from "./engine-error.ts";

export interface ExecResult {
  readonly exitCode: number | null;
  /** Both streams, as they came. */
  readonly output: string;
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
      // With a terminal both streams come as one, without the engine's headers.
      Tty: true,
    });
    const chunks: Buffer[] = [];
    for await (const chunk of await exec.start({ Tty: true })) chunks.push(chunk as Buffer);
    const { ExitCode } = await exec.inspect();
    const output = Buffer.concat(chunks).toString("utf8").replaceAll("\r\n", "\n").trim();
    return { exitCode: ExitCode, output };
  } catch (error) {
    throw engineError(error);
  }
}
