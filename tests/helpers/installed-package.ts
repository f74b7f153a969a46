/** The package as others have it: packed, and installed in projects of their own elsewhere. */
import { writeFile } from "node:fs/promises";
import path from "node:path";

import { execa } from "execa";

import { projectFolder } from "../../base/files/paths.ts";
import { onceInRun, runFolder } from "./run.ts";
import { tempFolder } from "./temp-folder.ts";

export interface ForeignProject extends AsyncDisposable {
  readonly path: string;
  write(name: string, text: string): Promise<void>;
  /** Adds packages, each as npm takes it: a name, `NAME@VERSION`, an archive's path. */
  install(...packages: readonly string[]): Promise<void>;
  /**
   * Runs a command in it; the tools that are installed in it are on PATH. Returns its standard output.
   * @throws ExecaError, with both outputs in its message, when the command fails
   */
  run(command: string, args: readonly string[], env?: NodeJS.ProcessEnv): Promise<string>;
}

/** Path of the archive. It is packed once in a run: for that its content is compiled in this checkout. */
export async function packedPackage(): Promise<string> {
  return await onceInRun("package", async () => {
    const pack = ["pack", "--json", "--pack-destination", runFolder()];
    const { stdout } = await execa("npm", pack, { cwd: projectFolder });
    // npm prints a list of the packages, or since version 12 an object of them by name.
    const [entry] = Object.values(JSON.parse(stdout) as Record<string, { filename: string }>);
    if (entry === undefined) throw new Error("npm packed nothing");
    return path.join(runFolder(), entry.filename);
  });
}

/** An empty project with these packages in it. */
export async function foreignProject(packages: readonly string[]): Promise<ForeignProject> {
  const folder = await tempFolder();
  const project: ForeignProject = {
    path: folder.path,
    write: (name, text) => writeFile(path.join(folder.path, name), text),
    run: async (command, args, env = {}) => {
      const { stdout } = await execa(command, args, { cwd: folder.path, preferLocal: true, env });
      return stdout;
    },
    install: async (...packages) => {
      const options = ["--prefer-offline", "--ignore-scripts", "--no-audit", "--no-fund"];
      await project.run("npm", ["install", ...options, ...packages]);
    },
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  };
  await project.write("package.json", JSON.stringify({ name: "elsewhere", type: "module" }));
  await project.install(...packages);
  return project;
}
