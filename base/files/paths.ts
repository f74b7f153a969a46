import { homedir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";

/** This package's folder: where its own files are beside the code, such as images/. */
export const packageFolder = fileURLToPath(new URL("../..", import.meta.url)).replace(/\/$/, "");

/** Whether this is the package as npm installs it, compiled. In a clone of the repository Node runs the TypeScript itself. */
export const isInstalled = !import.meta.url.endsWith(".ts");

/** Names the project's folder to a program and plugins that Pulumi runs elsewhere, as it does the package's own. */
export const projectVariable = "REGTEST_PROJECT_FOLDER";

/**
 * The folder of the Pulumi project, and what paths in its configuration start from: the one that a command is run in.
 * `npm run` changes to the clone first.
 */
export const projectFolder = process.env[projectVariable] ?? process.cwd();

/** What is kept of the project's stacks. It may be removed once they are down. */
const stateFolder = path.join(projectFolder, ".regtest-network");

/** What takes long to fetch or build: once for a clone, and for the package once for all projects of a user. */
export const keptFolder = isInstalled
  ? path.join(process.env["XDG_CACHE_HOME"] || path.join(homedir(), ".cache"), "regtest-network")
  : path.join(packageFolder, ".regtest-network");

/**
 * A path of this package as an input of a resource has it: from where programs and plugins run. An absolute one would
 * change with the place of the project, and replace what is made of it.
 */
export function fromProject(...names: readonly string[]): string {
  return path.relative(process.cwd(), path.join(packageFolder, ...names));
}

/** Where each thing lies that the toolchain fetches, builds or keeps. Nothing of it is in version control. */
export interface CachePaths {
  /** Of what is fetched or built; the rest is the project's. */
  readonly root: string;
  /** The CLI with its language host in `bin/`, and the stamp that says which they are. */
  readonly pulumi: string;
  /** What is known of a `pulumi` found on PATH. */
  readonly foundPulumi: string;
  /** PULUMI_HOME: plugins and the CLI's own settings, apart from those of other projects. */
  readonly home: string;
  /** Which Docker provider plugin is installed in {@link home}. */
  readonly dockerPlugin: string;
  /** The packages of Pulumi that the package's own program imports. */
  readonly sdk: string;
  /** What Node.js compiled. */
  readonly compiled: string;
  /** Held by the run that sets this part up here. */
  readonly lockOf: (part: string) => string;
  /** Where the package's own program is a Pulumi project, for a folder that has none. */
  readonly project: string;
  /** The file backend: every stack's state. */
  readonly state: string;
  /** Encrypts the secrets in {@link state}. */
  readonly passphrase: string;
  /** Derived from {@link passphrase}, which takes a quarter of a second; may be removed. */
  readonly keys: string;
  /** The last output of long steps, one file each. */
  readonly logs: string;
}

export function cachePaths(
  project: string = stateFolder,
  root: string = project === stateFolder ? keptFolder : project,
): CachePaths {
  return {
    root,
    pulumi: path.join(root, "pulumi"),
    foundPulumi: path.join(root, "found-pulumi.json"),
    home: path.join(root, "home"),
    dockerPlugin: path.join(root, "docker-plugin.json"),
    sdk: path.join(root, "sdk"),
    compiled: path.join(root, "compiled"),
    lockOf: (part) => path.join(root, `toolchain-${part}.lock`),
    project,
    state: path.join(project, "state"),
    passphrase: path.join(project, "passphrase"),
    keys: path.join(project, "passphrase-keys.json"),
    logs: path.join(project, "logs"),
  };
}
