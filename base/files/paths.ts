import { fileURLToPath } from "node:url";
import path from "node:path";

/** This package's folder: where its own files are beside the code, such as images/. */
export const packageFolder = fileURLToPath(new URL("../..", import.meta.url)).replace(/\/$/, "");

/**
 * The folder of the Pulumi project: its Pulumi.yaml, its stacks' files, and what paths in configuration start from.
 * The package's own is the only project that there is so far.
 */
export const projectFolder = packageFolder;

/** The folder of what is fetched, built and kept for the project's stacks: it may be removed once they are down. */
export const cacheFolder = path.join(projectFolder, ".regtest-network");

/**
 * A path of this package as an input of a resource has it: from the project's folder, where programs and plugins run.
 * An absolute one would change with the place of the checkout, and replace what is made of it.
 */
export function fromProject(...names: readonly string[]): string {
  return path.relative(projectFolder, path.join(packageFolder, ...names));
}

/** Where each thing lies that the toolchain fetches, builds or keeps. Nothing of it is in version control. */
export interface CachePaths {
  readonly root: string;
  /** The CLI with its language host in `bin/`, and the stamp that says which they are. */
  readonly pulumi: string;
  /** What is known of a `pulumi` found on PATH. */
  readonly foundPulumi: string;
  /** PULUMI_HOME: plugins and the CLI's own settings, apart from those of other projects. */
  readonly home: string;
  /** Which Docker provider plugin is installed in {@link home}. */
  readonly dockerPlugin: string;
  /** The file backend: every stack's state. */
  readonly state: string;
  /** Held by the run that sets something up here. */
  readonly lock: string;
  /** Encrypts the secrets in {@link state}. */
  readonly passphrase: string;
  /** The last output of long steps, one file each. */
  readonly logs: string;
}

export function cachePaths(root: string = cacheFolder): CachePaths {
  return {
    root,
    pulumi: path.join(root, "pulumi"),
    foundPulumi: path.join(root, "found-pulumi.json"),
    home: path.join(root, "home"),
    dockerPlugin: path.join(root, "docker-plugin.json"),
    state: path.join(root, "state"),
    lock: path.join(root, "toolchain.lock"),
    passphrase: path.join(root, "passphrase"),
    logs: path.join(root, "logs"),
  };
}
