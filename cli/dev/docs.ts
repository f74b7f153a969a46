import type { Command } from "commander";

export function register(program: Command): void {
  program
    .command("docs")
    .description("update the generated parts of README.md and docs/: config keys and commands")
    .option("--check", "write nothing; exit with 1 if a page is out of date")
    .action(async ({ check = false }: { check?: boolean }) => {
      const { writeParts } = await import("../../docs/generate/parts.ts");
      const changed = await writeParts({ write: !check });
      if (check && changed.length > 0) {
        throw new Error(`out of date: ${changed.join(", ")}; run npm run docs`);
      }
      const done = changed.map((page) => `Wrote ${page}.\n`).join("");
      process.stdout.write(done === "" ? "All pages are up to date.\n" : done);
    });
}
