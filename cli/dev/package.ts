import type { Command } from "commander";

export function register(program: Command): void {
  program
    .command("package")
    .description("compile the package into dist/; npm pack runs this")
    .action(async () => {
      const { buildPackage } = await import("../../toolchain/build-package.ts");
      await buildPackage();
    });
}
