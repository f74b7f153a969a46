/** Where the Docker engine is: the places that the docker CLI looks at too, in its order. */
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { connect } from "node:net";
import { homedir } from "node:os";
import { join } from "node:path";

/** PEM texts for an engine behind TLS. */
export interface TlsMaterial {
  /** The folder that they are in, as `ca.pem`, `cert.pem` and `key.pem`. */
  readonly folder: string;
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
}

export interface Endpoint {
  /** `unix:///path`, `npipe:////./pipe/name`, `tcp://host:port`, `http://…` or `https://…`. */
  readonly host: string;
  /** What named this endpoint, for messages: `DOCKER_HOST`, `context "colima"`, `the default socket`. */
  readonly source: string;
  readonly tls?: TlsMaterial;
  /**
   * Host name or address at which its ports are found, with the word that RPC may go there unencrypted. "": nobody
   * said so. Left out: what the environment says of the one engine that it is about.
   */
  readonly address?: string | undefined;
}

export interface EndpointOptions {
  /** An endpoint's URL; goes before everything else. */
  readonly host?: string | undefined;
  /** A docker context's name; goes before the environment. */
  readonly context?: string | undefined;
  /** Default: the process's own. */
  readonly env?: NodeJS.ProcessEnv;
}

/** The context that stands for "no context": the default sockets. */
const noContext = "default";

/**
 * The endpoints to try, best first; more than one only where nothing names an engine and the default sockets are left.
 * Order: `host`, `context`, DOCKER_HOST, DOCKER_CONTEXT, `currentContext` of the docker CLI's configuration file (in
 * DOCKER_CONFIG, default `~/.docker`), the default sockets.
 * @throws Error that names a context which does not exist, or a file that cannot be read.
 */
export async function resolveEndpoints({
  host,
  context,
  env = process.env,
}: EndpointOptions = {}): Promise<readonly [Endpoint, ...Endpoint[]]> {
  const folder = given(env["DOCKER_CONFIG"]) ?? join(homedir(), ".docker");
  if (given(host) !== undefined)
    return [await hostEndpoint(host ?? "", "the given host", env, folder)];
  if (given(context) === undefined && given(env["DOCKER_HOST"]) !== undefined) {
    return [await hostEndpoint(env["DOCKER_HOST"] ?? "", "DOCKER_HOST", env, folder)];
  }
  const name =
    given(context) ?? given(env["DOCKER_CONTEXT"]) ?? (await currentContext(folder)) ?? noContext;
  if (name !== noContext) return [await contextEndpoint(folder, name)];
  if (process.platform === "win32") {
    return [{ host: "npipe:////./pipe/docker_engine", source: "the default pipe" }];
  }
  return [
    { host: "unix:///var/run/docker.sock", source: "the default socket" },
    { host: `unix://${join(homedir(), ".docker/run/docker.sock")}`, source: "Docker Desktop" },
    { host: `unix://${join(homedir(), ".docker/desktop/docker.sock")}`, source: "Docker Desktop" },
  ];
}

/**
 * The one of {@link resolveEndpoints} that the client would end up at: where several sockets are left to try, the
 * first that takes a connection. Without the client itself, which takes a quarter of a second to load.
 */
export async function liveEndpoint(options: EndpointOptions = {}): Promise<Endpoint> {
  const [first, ...others] = await resolveEndpoints(options);
  if (others.length === 0) return first;
  for (const endpoint of [first, ...others]) {
    if (await takesConnections(endpoint.host.replace(/^unix:\/\//, ""))) return endpoint;
  }
  return first;
}

async function takesConnections(path: string): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const socket = connect(path);
  socket.once("connect", () => {
    resolve(true);
  });
  socket.once("error", () => {
    resolve(false);
  });
  try {
    return await promise;
  } finally {
    socket.destroy();
  }
}

/** An empty variable is as good as none. */
function given(value: string | undefined): string | undefined {
  return value === "" ? undefined : value;
}

async function hostEndpoint(
  host: string,
  source: string,
  env: NodeJS.ProcessEnv,
  configuration: string,
): Promise<Endpoint> {
  const folder = given(env["DOCKER_CERT_PATH"]) ?? configuration;
  const overTcp = /^(tcp|https):/.test(host);
  if (!overTcp || given(env["DOCKER_TLS_VERIFY"]) === undefined) {
    return { host, source };
  }
  return { host, source, tls: (await tlsMaterial(folder)) ?? { folder } };
}

async function currentContext(folder: string): Promise<string | undefined> {
  const text = await textOf(join(folder, "config.json"));
  if (text === undefined) return undefined;
  const { currentContext: name } = parsed(text, join(folder, "config.json")) as {
    currentContext?: unknown;
  };
  return typeof name === "string" ? given(name) : undefined;
}

/** The store keeps each context in a folder named by the hash of its name (docker/cli, cli/context/store). */
async function contextEndpoint(folder: string, name: string): Promise<Endpoint> {
  const digest = createHash("sha256").update(name).digest("hex");
  const file = join(folder, "contexts", "meta", digest, "meta.json");
  const text = await textOf(file);
  if (text === undefined) {
    throw new Error(
      `docker context "${name}" does not exist in ${folder}: "docker context ls" lists the contexts`,
    );
  }
  const meta = parsed(text, file) as { Endpoints?: { docker?: { Host?: unknown } } };
  const host = meta.Endpoints?.docker?.Host;
  if (typeof host !== "string" || host === "") {
    throw new Error(
      `docker context "${name}" has no Docker endpoint (${file}); choose another: docker context use NAME`,
    );
  }
  const tls = await tlsMaterial(join(folder, "contexts", "tls", digest, "docker"));
  const source = `context "${name}"`;
  return tls === undefined ? { host, source } : { host, source, tls };
}

/** Undefined: there is nothing of it. */
async function tlsMaterial(folder: string): Promise<TlsMaterial | undefined> {
  const [ca, cert, key] = await Promise.all(
    ["ca.pem", "cert.pem", "key.pem"].map((name) => textOf(join(folder, name))),
  );
  if (ca === undefined && cert === undefined && key === undefined) return undefined;
  return {
    folder,
    ...(ca !== undefined && { ca }),
    ...(cert !== undefined && { cert }),
    ...(key !== undefined && { key }),
  };
}

async function textOf(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

function parsed(text: string, file: string): object {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null) return value;
  } catch (cause) {
    throw new Error(`${file} is not valid JSON; fix it, or move it away`, { cause });
  }
  throw new Error(`${file} does not hold a JSON object; fix it, or move it away`);
}
