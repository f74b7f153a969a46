import { PULUMI_VERSION } from "./pulumi/versions.ts";

/** Which Docker provider plugin to use: `auto` is the official one, or the stand-in where it cannot be fetched. */
export type DockerPluginChoice = "auto" | "official" | "stand-in";

/** The settings in the environment. Everything has a default. */
export interface Settings {
  /**
   * `REGTEST_CLI_DOWNLOAD_BASE`: the folder (URL) that holds the official archive of the Pulumi CLI and its
   * checksums file. Default: the release on GitHub.
   */
  readonly cliDownloadBase: URL;
  /**
   * `REGTEST_PLUGIN_DOWNLOAD_BASE`: the same for the Docker provider plugin.
   * Default: the release on GitHub of the version that package.json names.
   */
  readonly pluginDownloadBase: URL | undefined;
  /** `REGTEST_DOCKER_PLUGIN`: `auto` (default), `official` or `stand-in`. The two forced ones never give way. */
  readonly dockerPlugin: DockerPluginChoice;
  /**
   * `REGTEST_BASE_IMAGE`: the Debian base image of the bitcoind image, used unchanged.
   * Default: debian:forky-slim, or an image made from Debian's packages where that cannot be pulled.
   */
  readonly baseImage: string | undefined;
}

const choices: readonly DockerPluginChoice[] = ["auto", "official", "stand-in"];

/** @throws {Error} naming the variable, its value and what is allowed */
export function readSettings(env: NodeJS.ProcessEnv): Settings {
  const choice = nonEmpty(env["REGTEST_DOCKER_PLUGIN"]) ?? "auto";
  const dockerPlugin = choices.find((known) => known === choice);
  if (dockerPlugin === undefined) {
    throw new Error(`REGTEST_DOCKER_PLUGIN is "${choice}"; allowed: ${choices.join(", ")}`);
  }
  return {
    cliDownloadBase:
      readFolderUrl(env, "REGTEST_CLI_DOWNLOAD_BASE") ??
      new URL(`https://github.com/pulumi/pulumi/releases/download/v${PULUMI_VERSION}/`),
    pluginDownloadBase: readFolderUrl(env, "REGTEST_PLUGIN_DOWNLOAD_BASE"),
    dockerPlugin,
    baseImage: nonEmpty(env["REGTEST_BASE_IMAGE"]),
  };
}

/** Ends in a slash, so that file names can be resolved against it. */
function readFolderUrl(env: NodeJS.ProcessEnv, name: string): URL | undefined {
  const text = nonEmpty(env[name]);
  if (text === undefined) return undefined;
  const url = URL.parse(text.endsWith("/") ? text : `${text}/`);
  if (url?.protocol !== "http:" && url?.protocol !== "https:") {
    throw new Error(`${name} is "${text}"; allowed: an http:// or https:// URL of a folder`);
  }
  return url;
}

/** A variable that is set to nothing is as good as none. */
function nonEmpty(text: string | undefined): string | undefined {
  return text === "" ? undefined : text;
}
