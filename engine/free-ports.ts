import { randomInt } from "node:crypto";
import { createServer, type Server } from "node:net";

/**
 * Below the ports that systems give to whoever asks for any (on Linux from 32,768 on): one of those
 * may belong to any connection on the machine at the moment when it is wanted.
 */
const lowest = 20_000;
const highest = 32_767;

/** Ports that are tried before a machine counts as full. */
const tries = 1_000;

/** Ports on 127.0.0.1 that were free a moment ago, all different. */
export async function freePorts(count: number): Promise<number[]> {
  const held = new Map<number, Server>();
  for (let tried = 0; held.size < count; tried++) {
    if (tried === tries) throw new Error(`no free port among ${tries} on 127.0.0.1`);
    const port = randomInt(lowest, highest + 1);
    const server = await listening(port);
    if (server !== undefined) held.set(port, server);
  }
  for (const server of held.values()) server.close();
  return [...held.keys()];
}

/** A server on that port; `undefined` when somebody has it. */
async function listening(port: number): Promise<Server | undefined> {
  const server = createServer();
  const { promise, resolve, reject } = Promise.withResolvers<Server | undefined>();
  server.once("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EADDRINUSE") resolve(undefined);
    else reject(error);
  });
  server.listen({ host: "127.0.0.1", port, exclusive: true }, () => {
    resolve(server);
  });
  return await promise;
}

/** Whether nothing listens on the port at 127.0.0.1. */
export async function isFreePort(port: number): Promise<boolean> {
  const server = createServer();
  const { promise, resolve } = Promise.withResolvers<boolean>();
  server.once("error", () => {
    resolve(false);
  });
  server.listen({ host: "127.0.0.1", port, exclusive: true }, () => {
    server.close(() => {
      resolve(true);
    });
  });
  return await promise;
}
