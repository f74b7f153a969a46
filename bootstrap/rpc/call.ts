import { RpcClient, type RpcClientOptions } from "./client.ts";
import type { RpcParams } from "./methods.ts";

export interface RpcCallOptions extends Partial<Omit<RpcClientOptions, "url" | "password">> {
  /** Default: 18332, alice's. */
  readonly port?: number;
  /** Default: localhost. */
  readonly host?: string;
  /** The stack's own: `npm run -s pulumi -- stack output rpcPassword --show-secrets`. */
  readonly password: string;
}

/**
 * One call over one connection, tried once: returns its result or throws an `RpcError`. For more
 * than one call, an {@link RpcClient} keeps the connection.
 */
export async function rpcCall<T = unknown>(
  method: string,
  params: RpcParams = [],
  options: RpcCallOptions,
): Promise<T> {
  return await withClient(
    options,
    async (client) => (await client.call<unknown>(method, params)) as T,
  );
}

/** Runs `work` with a client: the one that is given, or one of its own that tries each call once. */
export async function withClient<T>(
  node: RpcClient | RpcCallOptions,
  work: (client: RpcClient) => Promise<T>,
): Promise<T> {
  if (node instanceof RpcClient) return await work(node);
  const { port = 18332, host = "localhost", user = "user", ...rest } = node;
  const url = `http://${host.includes(":") ? `[${host}]` : host}:${port}`;
  await using client = new RpcClient({ retry: false, ...rest, url, user });
  return await work(client);
}
