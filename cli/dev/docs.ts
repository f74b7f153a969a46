import type { Command } from "commander";

export function register(program: Command): void {
  program
    .command("docs")
    .description("write the generated parts of README.md and docs/ anew: config keys and commands")
    .option("--check", "write nothing; exit with 1 when a page is not as it would be written")
    .action(async ({ check = false }: { check?: boolean }) => {
      const { writeParts } = await import("../../docs/generate/parts.ts");
      const changed = await writeParts(program, { write: !check });
      if (check && changed.length > 0) {
        throw new Error(`not as it would be written: ${changed.join(", ")}; run npm run docs`);
      }
      const done = changed.map((page) => `Wrote ${page}.\n`).join("");
      process.stdout.write(done === "" ? "All pages are as they would be written.\n" : done);
    });
}
