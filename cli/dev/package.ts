import type { Command } from "commander";

export function register(program: Command): void {
  program
    .command("package")
    .description("compile what the package consists of into dist/; npm pack does so by itself")
    .action(async () => {
      const { buildPackage } = await import("../../toolchain/build-package.ts");
      await buildPackage();
    });
}
