import { fileURLToPath } from "node:url";
import path from "node:path";

/** The project's folder: where Pulumi.yaml and package.json are. */
export const projectFolder = fileURLToPath(new URL("../..", import.meta.url)).replace(/\/$/, "");

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

/** @param root default: `.regtest-network` in the project's folder */
export function cachePaths(
  root: string = path.join(projectFolder, ".regtest-network"),
): CachePaths {
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
