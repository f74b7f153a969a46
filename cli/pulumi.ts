import { spawn } from "node:child_process";
import { constants } from "node:os";

import type { Command } from "commander";

import type { Environment } from "../toolchain/ensure.ts";
import { projectFolder } from "../toolchain/paths.ts";
import { interruptible } from "./interruptible.ts";

/** Subcommands of the Pulumi CLI that run the program or its plugins; all others get by without a Docker engine. */
const withProgram = new Set([
  "up",
  "update",
  "preview",
  "pre",
  "refresh",
  "destroy",
  "down",
  "import",
  "watch",
]);

export function register(program: Command): void {
  program
    .command("pulumi")
    .description("run the project's Pulumi CLI with its own backend, home and Node")
    .argument("[arguments...]", "for the Pulumi CLI, as they are")
    .helpOption(false)
    .allowUnknownOption()
    .passThroughOptions()
    .action(async (args: string[]) => {
      const { ensureToolchain } = await import("../toolchain/ensure.ts");
      const { streamProgress } = await import("../toolchain/progress.ts");
      const environment = await interruptible((signal) =>
        ensureToolchain({
          progress: streamProgress(process.stderr),
          signal,
          program: args.some((argument) => withProgram.has(argument)),
        }),
      );
      process.exitCode = await runPulumi(environment, args);
    });
}

/** Signals that are passed on. */
const passedOn = ["SIGINT", "SIGTERM"] as const;

/**
 * Runs the CLI in the project's folder on this process's stdin, stdout and stderr.
 * @returns its exit code; 128 + N, as a shell has it, when signal N ended it
 */
export async function runPulumi(
  environment: Environment,
  args: readonly string[],
): Promise<number> {
  const child = spawn("pulumi", args, {
    cwd: projectFolder,
    env: environment.env,
    stdio: "inherit",
  });
  const handlers = passedOn.map((signal) => {
    const handler = (): void => {
      // A terminal sends its Ctrl-C to the CLI as well, and a second one would make it drop everything.
      if (signal === "SIGINT" && process.stdin.isTTY) return;
      child.kill(signal);
    };
    process.on(signal, handler);
    return { signal, handler };
  });
  try {
    const { promise, resolve, reject } = Promise.withResolvers<number>();
    child.on("error", reject);
    child.on("exit", (code, signal) => {
      resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal]));
    });
    return await promise;
  } finally {
    for (const { signal, handler } of handlers) process.off(signal, handler);
  }
}
