import type { Command } from "commander";

export function register(program: Command): void {
  program
    .command("ensure")
    .description(
      "create the snapshot of the default chain, or of a scenario, if it is missing, and print its name",
    )
    .argument("[snapshot]", "its name (default: one for this version)")
    .option("--scenario <file>", "a scenario that extends the default chain")
    .action(async (snapshot: string | undefined, { scenario }: { scenario?: string }) => {
      const { prepareSnapshot } = await import("../../testing/clone.ts");
      const { interruptible } = await import("../../base/interruptible.ts");
      const name = await interruptible((signal) => prepareSnapshot({ snapshot, scenario, signal }));
      process.stdout.write(`${name}\n`);
    });
}
