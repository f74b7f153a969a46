import { createServer } from "node:net";

/** Ports on 127.0.0.1 that were free a moment ago, all different. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer();
      const { promise, resolve, reject } = Promise.withResolvers<undefined>();
      server.once("error", reject);
      server.listen(0, "127.0.0.1", () => {
        resolve(undefined);
      });
      await promise;
      return server;
    }),
  );
  return servers.map((server) => {
    const address = server.address();
    server.close();
    if (address === null || typeof address === "string") throw new Error("not a TCP port");
    return address.port;
  });
}
