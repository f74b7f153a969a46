import path from "node:path";

import type { Command } from "commander";
import type Docker from "dockerode";

import type { Transfer } from "../bootstrap/snapshots/transfer.ts";

/** Adds the subcommands that bring snapshots to and from other machines. */
export function registerShare(snapshot: Command): void {
  // `--force` after a subcommand is that one's, not the one for taking a snapshot.
  snapshot.enablePositionalOptions();
  snapshot
    .command("export")
    .description("write a snapshot into a file, compressed when its name ends in .gz")
    .argument("<name>")
    .argument("<file>")
    .option("-f, --force", "overwrite the file")
    .action(async (name: string, file: string, { force = false }: { force?: boolean }) => {
      const { exportSnapshot } = await import("../bootstrap/snapshots/export.ts");
      const { megabytes } = await import("../bootstrap/snapshots/transfer.ts");
      await withEngine(async (docker, transfer) => {
        const { bytes } = await exportSnapshot(docker, name, fromCaller(file), {
          ...transfer,
          force,
        });
        process.stdout.write(`Snapshot ${name} is in ${file}, ${megabytes(bytes)}\n`);
      });
    });
  snapshot
    .command("import")
    .description("check a file made by export and load the snapshot")
    .argument("<file>")
    .option("-f, --force", "replace another snapshot of that name")
    .action(async (file: string, { force = false }: { force?: boolean }) => {
      const { importSnapshot } = await import("../bootstrap/snapshots/import.ts");
      await withEngine(async (docker, transfer) => {
        arrived((await importSnapshot(docker, fromCaller(file), { ...transfer, force })).name);
      });
    });
  snapshot
    .command("push")
    .description("push a snapshot to a registry, where you are logged in with docker login")
    .argument("<name>")
    .argument("<repository>", "such as registry.example.com/team/funded")
    .action(async (name: string, repository: string) => {
      const { pushSnapshot } = await import("../bootstrap/snapshots/registry.ts");
      await withEngine(async (docker, transfer) => {
        await pushSnapshot(docker, name, repository, transfer);
        process.stdout.write(`Snapshot ${name} is in ${repository}\n`);
      });
    });
  snapshot
    .command("pull")
    .description("pull a snapshot from a registry and check it")
    .argument("<repository>")
    .option("-f, --force", "replace another snapshot of that name")
    .action(async (repository: string, { force = false }: { force?: boolean }) => {
      const { pullSnapshot } = await import("../bootstrap/snapshots/registry.ts");
      await withEngine(async (docker, transfer) => {
        arrived((await pullSnapshot(docker, repository, { ...transfer, force })).name);
      });
    });
}

/** npm runs programs in the project's folder and says which one it was called in. */
function fromCaller(file: string): string {
  return path.resolve(process.env["INIT_CWD"] ?? "", file);
}

async function withEngine(
  work: (docker: Docker, transfer: Transfer) => Promise<void>,
): Promise<void> {
  const { connectEngine } = await import("../engine/client.ts");
  const { streamProgress } = await import("../toolchain/progress.ts");
  const { interruptible } = await import("./interruptible.ts");
  const progress = streamProgress(process.stderr);
  await interruptible(async (signal) => {
    const docker = await connectEngine({ signal });
    const status = (line: string): void => {
      progress.note(line);
    };
    await work(docker, { signal, status });
  });
}

function arrived(name: string): void {
  process.stdout.write(
    `Snapshot ${name} is on this engine.\n` +
      `Start from it: npm run up -- --stack NAME --from ${name}\n`,
  );
}
