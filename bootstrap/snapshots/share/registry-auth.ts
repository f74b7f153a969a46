/** What a person is logged in with at a registry, as `docker login` keeps it. */
import { homedir } from "node:os";
import path from "node:path";

import type { AuthConfig } from "dockerode";
import { execa } from "execa";

import { readRecord } from "../../../base/files/files.ts";

/** The part of the docker CLI's config.json about credentials. */
interface DockerConfig {
  readonly auths?: Readonly<Record<string, StoredAuth>>;
  /** Name of the program `docker-credential-NAME` that keeps them. */
  readonly credsStore?: string;
  /** The same for one registry. */
  readonly credHelpers?: Readonly<Record<string, string>>;
}

interface StoredAuth {
  /** Base64 of `user:password`. */
  readonly auth?: string;
  readonly identitytoken?: string;
}

/** The registry that stands for Docker Hub in config.json. */
const hub = "https://index.docker.io/v1/";

/** The user name that a helper gives for an identity token (docker/docker-credential-helpers). */
const tokenUser = "<token>";

/** Engines want an answer, if only an empty one. */
const nobody: AuthConfig = {};

/** Milliseconds that a helper may take: it may ask the person for a password. */
const helperTimeLimit = 120_000;

/**
 * The credentials for a repository's registry; empty when nobody is logged in there.
 * @throws Error when the program that keeps them fails
 */
export async function registryAuth(
  repository: string,
  env: NodeJS.ProcessEnv = process.env,
): Promise<AuthConfig> {
  const folder = env["DOCKER_CONFIG"] || path.join(homedir(), ".docker");
  const config: DockerConfig = (await readRecord(path.join(folder, "config.json"))) ?? {};
  const registry = registryOf(repository);
  const helper = config.credHelpers?.[registry] ?? config.credsStore;
  return helper ? await askHelper(helper, registry, env) : stored(config, registry);
}

/** A repository's first part is a host when it could not be a path on Docker Hub. */
function registryOf(repository: string): string {
  const [first = "", ...rest] = repository.split("/");
  const isHost = rest.length > 0 && (/[.:]/.test(first) || first === "localhost");
  return isHost && first !== "docker.io" ? first : hub;
}

function stored({ auths = {} }: DockerConfig, registry: string): AuthConfig {
  // Older versions of docker wrote whole URLs.
  const key = [registry, `https://${registry}`, `http://${registry}`].find((key) => key in auths);
  const { auth, identitytoken } = (key === undefined ? undefined : auths[key]) ?? {};
  if (identitytoken) return { serveraddress: registry, identitytoken };
  if (!auth) return nobody;
  const text = Buffer.from(auth, "base64").toString("utf8");
  const colon = text.indexOf(":");
  return {
    username: text.slice(0, colon),
    password: text.slice(colon + 1),
    serveraddress: registry,
  };
}

async function askHelper(
  helper: string,
  registry: string,
  env: NodeJS.ProcessEnv,
): Promise<AuthConfig> {
  const program = `docker-credential-${helper}`;
  const { exitCode, stdout, shortMessage } = await execa(program, ["get"], {
    input: registry,
    env,
    extendEnv: false,
    reject: false,
    timeout: helperTimeLimit,
  });
  if (exitCode !== 0) {
    // Helpers have this text, on stdout, and no status of its own for it.
    if (stdout.includes("credentials not found")) return nobody;
    // Without the output: it may hold a secret.
    throw new Error(
      `${program} get failed for ${registry} (${String(exitCode ?? shortMessage)}); ` +
        `log in again: docker login ${registry}`,
    );
  }
  const { Username, Secret } = JSON.parse(stdout) as { Username: string; Secret: string };
  return Username === tokenUser
    ? { serveraddress: registry, identitytoken: Secret }
    : { username: Username, password: Secret, serveraddress: registry };
}
