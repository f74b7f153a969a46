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
  { port = 18332, host = "localhost", user = "user", ...rest }: RpcCallOptions,
): Promise<T> {
  const url = `http://${host.includes(":") ? `[${host}]` : host}:${port}`;
  const client = new RpcClient({ retry: false, ...rest, url, user });
  try {
    return (await client.call<unknown>(method, params)) as T;
  } finally {
    await client.close();
  }
}
