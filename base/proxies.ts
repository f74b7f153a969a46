/** The proxies in the environment, and the rule that no request to this machine goes through one. */

/** Names of this machine in URLs. */
const thisMachine = ["localhost", "127.0.0.1", "::1"];

/** Those that name a proxy. */
const proxyVariables = ["http", "https", "all", "grpc"].flatMap((scheme) => [
  `${scheme}_proxy`,
  `${scheme.toUpperCase()}_PROXY`,
]);

type Variables = Readonly<Record<string, string | undefined>>;

/** The options of undici's `EnvHttpProxyAgent`. */
export interface Proxies {
  readonly httpProxy?: string;
  readonly httpsProxy?: string;
  readonly noProxy: string;
}

/** The proxies to download through. One without a scheme, as curl takes it, is an HTTP proxy. */
export function proxies(env: Variables): Proxies {
  const httpProxy = proxyUrl(env["http_proxy"] || env["HTTP_PROXY"]);
  const httpsProxy = proxyUrl(env["https_proxy"] || env["HTTPS_PROXY"]);
  return {
    ...(httpProxy !== undefined && { httpProxy }),
    ...(httpsProxy !== undefined && { httpsProxy }),
    noProxy: withThisMachine(env["no_proxy"] || env["NO_PROXY"]),
  };
}

/**
 * The variables that keep the programs we start from calling each other through a proxy: empty where none is set.
 * gRPC in Node.js splits the list only at commas and has no exceptions of its own, so that with a blank in it, or
 * without 127.0.0.1, the Pulumi CLI, the program and the plugins do not find each other.
 */
export function exceptThisMachine(env: Variables): Record<string, string> {
  if (!proxyVariables.some((name) => env[name])) return {};
  // Programs read the one in capitals, the other one, or both, in either order.
  const lower = env["no_proxy"] || env["NO_PROXY"];
  const upper = env["NO_PROXY"] || env["no_proxy"];
  const forGrpc = env["no_grpc_proxy"];
  return {
    no_proxy: withThisMachine(lower),
    NO_PROXY: withThisMachine(upper),
    ...(forGrpc && { no_grpc_proxy: withThisMachine(forGrpc) }),
  };
}

/** Whether the host of a URL is this machine, on its loopback addresses. */
export function isThisMachine(hostname: string): boolean {
  return (
    thisMachine.includes(hostname.replace(/^\[(.*)\]$/, "$1")) || /^127(?:\.\d+){3}$/.test(hostname)
  );
}

/** `curl` for a line that asks this machine; it goes by fewer variables than other programs. */
export function curlHere(env: Variables): string {
  const proxied = [env["http_proxy"], env["all_proxy"], env["ALL_PROXY"]].some(Boolean);
  return proxied ? "curl --noproxy '*'" : "curl";
}

function withThisMachine(list = ""): string {
  const given = list.split(/[,\s]+/).filter((host) => host !== "");
  return [...new Set([...given, ...thisMachine])].join(",");
}

function proxyUrl(text: string | undefined): string | undefined {
  if (!text) return undefined;
  return text.includes("://") ? text : `http://${text}`;
}
