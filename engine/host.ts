/** Where the ports of containers are: published at this address of the engine's machine alone, and reached at it from here. */
export const engineHost = "127.0.0.1";

/** URL of what speaks HTTP at a published port, such as a node's RPC. */
export function publishedUrl(port: number | string): string {
  return `http://${engineHost}:${port}`;
}
