/** A client of the Docker engine: dockerode, on the right endpoint, in an API version that both sides speak. */
import type { Agent, IncomingMessage } from "node:http";

import "./unused-parts.ts";

import Docker from "dockerode";

import { isThisMachine } from "../base/proxies.ts";
import { withCheckedPaths } from "./checked-paths.ts";
import { resolveEndpoints, type Endpoint, type EndpointOptions } from "./endpoint.ts";
import { noteEndpoint } from "./host.ts";
import { isInsideOf } from "./inside.ts";
import { isPodman, PodmanError } from "./podman.ts";

export interface ConnectOptions extends EndpointOptions, Pick<Endpoint, "address"> {
  readonly signal?: AbortSignal;
}

/** The newest version of the Engine API that this project was written against; an older engine's own is taken instead. */
const newestApi = "1.51";

/** Milliseconds that an engine gets to answer a ping. */
const pingTimeLimit = 10_000;

/**
 * Connect to the engine that {@link resolveEndpoints} finds and agree on an API version with it, by one ping.
 * @throws Error that names the endpoint, what named it, and what to do, when no engine answers.
 * @throws PodmanError when podman does
 */
export async function connectEngine(options: ConnectOptions = {}): Promise<Docker> {
  return (await findEngine(options)).docker;
}

export interface FoundEngine {
  readonly docker: Docker;
  readonly endpoint: Endpoint;
}

/** As {@link connectEngine}, with where it was found. */
export async function findEngine({
  signal,
  address,
  ...options
}: ConnectOptions = {}): Promise<FoundEngine> {
  const endpoints = await resolveEndpoints(options);
  const failures: string[] = [];
  for (const endpoint of endpoints) {
    const plain = endpoint.host.startsWith("ssh:") ? undefined : connectionOptions(endpoint);
    try {
      const connection = plain ?? (await throughSsh(endpoint, signal));
      const version = await agreedApiVersion(new Docker(connection), endpoint, signal);
      const docker = new Docker({ ...connection, version: `v${version}` });
      noteEndpoint(docker, {
        ...endpoint,
        address,
        around: plain !== undefined && (await isInsideOf(docker)),
      });
      return { docker: withCheckedPaths(docker), endpoint };
    } catch (error) {
      signal?.throwIfAborted();
      if (error instanceof PodmanError) throw error;
      failures.push(`${shown(endpoint.host)} (${endpoint.source}): ${reasonOf(error, endpoint)}`);
    }
  }
  throw new Error(
    `No Docker engine answers at ${failures.join("; ")}. ` +
      (options.host
        ? "Start the engine, or correct what names it."
        : "Start the engine, or select one with DOCKER_HOST or a docker context."),
  );
}

/** Without a password, which does not belong there. */
function shown(host: string): string {
  return host.replace(/^(\w+:\/\/[^/@]*?):[^/@]*@/, "$1@");
}

/** The lower of the engine's newest version and ours. An engine that names none is older than 1.24 or no engine. */
async function agreedApiVersion(
  docker: Docker,
  endpoint: Endpoint,
  signal: AbortSignal | undefined,
): Promise<string> {
  const limit = AbortSignal.timeout(pingTimeLimit);
  const abortSignal = signal === undefined ? limit : AbortSignal.any([signal, limit]);
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  // As a stream, since only so does the client hand over the answer's headers.
  docker.modem.dial(
    { path: "/_ping", method: "GET", isStream: true, statusCodes: { 200: true }, abortSignal },
    (error: Error | null, answer: unknown) => {
      if (error === null) resolve(answer as IncomingMessage);
      else reject(error);
    },
  );
  const answer = await promise;
  answer.resume();
  if (isPodman(answer.headers)) throw new PodmanError(endpoint);
  const newest = answer.headers["api-version"];
  if (typeof newest !== "string" || !/^\d+\.\d+$/.test(newest)) {
    throw new Error("the server there reports no Docker Engine API version");
  }
  return apiAtLeast(newest, newestApi) ? newestApi : newest;
}

/** Whether API version `version` (`1.41`) is `least` or newer. */
export function apiAtLeast(version: string, least: string): boolean {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const [leastMajor = 0, leastMinor = 0] = least.split(".").map(Number);
  return major > leastMajor || (major === leastMajor && minor >= leastMinor);
}

/** The API version that {@link connectEngine} agreed on, such as `1.41`. */
export function apiVersionOf(docker: Docker): string {
  const { version } = docker.modem as { version?: string };
  return (version ?? newestApi).replace(/^v/, "");
}

/** Every field is given, also as undefined: for what is left out the client would read the environment on its own. */
function connectionOptions({ host, source, tls }: Endpoint): Docker.DockerOptions {
  const none = { host: undefined, port: undefined, ca: undefined, cert: undefined, key: undefined };
  const url = parsedUrl(host, source);
  switch (url.protocol) {
    case "unix:":
    case "npipe:":
      return { ...none, socketPath: host.slice(`${url.protocol}//`.length), protocol: "http" };
    case "tcp:":
    case "http:":
    case "https:": {
      const secure = tls !== undefined || url.protocol === "https:";
      return {
        ...none,
        ca: tls?.ca,
        cert: tls?.cert,
        key: tls?.key,
        socketPath: undefined,
        host: url.hostname,
        port: url.port || (secure ? 2376 : 2375),
        protocol: secure ? "https" : "http",
        // Node's own agent goes through a proxy where NODE_USE_ENV_PROXY is set.
        ...(isThisMachine(url.hostname) && { agent: ownAgent(secure) }),
      };
    }
    default:
      throw new Error(
        `${source}: "${host}" is not supported; use a unix://, npipe://, tcp://, http://, https:// or ssh:// address`,
      );
  }
}

/** Not by an import: that reads all that node:http exports, WebSocket among it, which has Node load another 50 ms of code. */
function ownAgent(secure: boolean): Agent {
  const { Agent } = process.getBuiltinModule(secure ? "node:https" : "node:http");
  return new Agent();
}

async function throughSsh(
  endpoint: Endpoint,
  signal: AbortSignal | undefined,
): Promise<Docker.DockerOptions> {
  const { tunnelTo } = await import("./ssh.ts");
  const { socket } = await tunnelTo(endpoint.host, signal);
  return connectionOptions({ ...endpoint, host: `unix://${socket}` });
}

function parsedUrl(host: string, source: string): URL {
  if (URL.canParse(host)) return new URL(host);
  throw new Error(`${source}: "${host}" is not a URL such as unix:///var/run/docker.sock`);
}

function reasonOf(error: unknown, { host, tls }: Endpoint): string {
  const { code = "", syscall, name, message } = error as NodeJS.ErrnoException;
  // Other calls fail so as well: the client itself reads the files in DOCKER_CERT_PATH.
  switch (syscall === "connect" && code) {
    case "ENOENT":
      return "there is no such socket";
    case "ECONNREFUSED":
      return "nothing listens there";
    case "EACCES":
      return "permission denied (is this user in the group docker?)";
    case "EHOSTUNREACH":
    case "ENETUNREACH":
    case "ETIMEDOUT":
      return "no machine of that address can be reached";
  }
  // The connection stands, and ssh closes what it cannot bring to the socket.
  if (host.startsWith("ssh:") && (code === "ECONNRESET" || code === "EPIPE")) {
    return "there is no engine's socket on that machine, or its user may not use it; the address may end with its path";
  }
  if (code === "ENOTFOUND") return "there is no machine of that name";
  if (message.includes("HTTP request to an HTTPS server")) {
    return "it speaks TLS; set DOCKER_TLS_VERIFY=1, and DOCKER_CERT_PATH to the folder with ca.pem, cert.pem and key.pem";
  }
  if (/certificate/.test(message) && /^[A-Z_]+$/.test(code) && !code.startsWith("ERR_SSL")) {
    const none = tls === undefined ? "" : `, for ${tls.folder} has no ca.pem`;
    const authority =
      tls?.ca === undefined ? `any that this machine trusts${none}` : `${tls.folder}/ca.pem`;
    return `its certificate is not by ${authority}, or not for that name (${code})`;
  }
  if (code.startsWith("ERR_SSL") && /alert/.test(message)) {
    const none = tls === undefined ? "asks for one" : `${tls.folder} has no cert.pem`;
    const own = tls?.cert === undefined ? none : `does not accept ${tls.folder}/cert.pem`;
    return `it lets nobody in without a certificate, and ${own} (${code})`;
  }
  return name === "TimeoutError" || name === "AbortError"
    ? `no answer within ${pingTimeLimit / 1000} s`
    : message;
}
