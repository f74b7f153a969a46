import path from "node:path";

import type { Command } from "commander";
import type Docker from "dockerode";

import { isInstalled } from "../../../base/files/paths.ts";
import type { Transfer } from "../../../bootstrap/snapshots/share/transfer.ts";
import { jsonOption } from "../../shared/json-option.ts";
import type { Report } from "../../shared/reporting.ts";

interface ShareOptions {
  readonly force?: boolean;
  readonly json?: boolean;
}

/** Adds the subcommands that bring snapshots to and from other machines. */
export function registerShare(snapshot: Command): void {
  // `--force` after a subcommand is that one's, not the one for taking a snapshot.
  snapshot.enablePositionalOptions();
  snapshot
    .command("export")
    .description("write a snapshot to a file, compressed if its name ends in .gz")
    .argument("<name>")
    .argument("<file>")
    .option("-f, --force", "overwrite the file")
    .option(...jsonOption)
    .action(async (name: string, file: string, { force = false, json }: ShareOptions) => {
      const { exportSnapshot } = await import("../../../bootstrap/snapshots/share/export.ts");
      const { megabytes } = await import("../../../bootstrap/snapshots/share/transfer.ts");
      await withEngine(json, async (docker, transfer, result) => {
        const options = { ...transfer, force };
        const { bytes } = await exportSnapshot(docker, name, fromCaller(file), options);
        result(`Snapshot ${name} is in ${file}, ${megabytes(bytes)}\n`, {
          command: "snapshot export",
          snapshot: name,
          file: fromCaller(file),
          bytes,
        });
      });
    });
  snapshot
    .command("import")
    .description("verify a file that export wrote, and load the snapshot")
    .argument("<file>")
    .option("-f, --force", "replace another snapshot of that name")
    .option(...jsonOption)
    .action(async (file: string, { force = false, json }: ShareOptions) => {
      const { importSnapshot } = await import("../../../bootstrap/snapshots/share/import.ts");
      await withEngine(json, async (docker, transfer, result) => {
        const { name } = await importSnapshot(docker, fromCaller(file), { ...transfer, force });
        result(arrived(name), { command: "snapshot import", snapshot: name });
      });
    });
  snapshot
    .command("push")
    .description("push a snapshot to a registry, after docker login")
    .argument("<name>")
    .argument("<repository>", "such as registry.example.com/team/funded")
    .option(...jsonOption)
    .action(async (name: string, repository: string, { json }: ShareOptions) => {
      const { pushSnapshot } = await import("../../../bootstrap/snapshots/share/registry.ts");
      await withEngine(json, async (docker, transfer, result) => {
        await pushSnapshot(docker, name, repository, transfer);
        const values = { command: "snapshot push", snapshot: name, repository };
        result(`Snapshot ${name} is in ${repository}\n`, values);
      });
    });
  snapshot
    .command("pull")
    .description("pull a snapshot from a registry and verify it")
    .argument("<repository>")
    .option("-f, --force", "replace another snapshot of that name")
    .option(...jsonOption)
    .action(async (repository: string, { force = false, json }: ShareOptions) => {
      const { pullSnapshot } = await import("../../../bootstrap/snapshots/share/registry.ts");
      await withEngine(json, async (docker, transfer, result) => {
        const { name } = await pullSnapshot(docker, repository, { ...transfer, force });
        result(arrived(name), { command: "snapshot pull", snapshot: name });
      });
    });
}

/** `npm run` changes to the clone's folder, and says which one it was called in. */
function fromCaller(file: string): string {
  return path.resolve(isInstalled ? "" : (process.env["INIT_CWD"] ?? ""), file);
}

async function withEngine(
  json: boolean | undefined,
  work: (docker: Docker, transfer: Transfer, result: Report["result"]) => Promise<void>,
): Promise<void> {
  const { clearInterrupted } = await import("../../../bootstrap/snapshots/take/interrupted.ts");
  const { connectEngine } = await import("../../../engine/client.ts");
  const { inSequence } = await import("../../../base/progress/steps.ts");
  const { interruptible } = await import("../../../base/interruptible.ts");
  const { reporting } = await import("../../shared/reporting.ts");
  await reporting(json === true, ({ steps, result }) =>
    interruptible(async (signal) => {
      const docker = await connectEngine({ signal });
      for (const line of await clearInterrupted(docker)) steps.note(line);
      await inSequence(steps, (status) => work(docker, { signal, status }, result));
    }),
  );
}

function arrived(name: string): string {
  return (
    `Snapshot ${name} is on this engine.\n` +
    `Start from it: npm run up -- --stack NAME --from ${name}\n`
  );
}
