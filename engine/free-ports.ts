import { randomInt } from "node:crypto";
import { createServer } from "node:net";

/**
 * Below the ports that systems give to whoever asks for any (on Linux from 32,768 on): one of those
 * may belong to any connection on the machine at the moment when it is wanted.
 */
const lowest = 20_000;
const highest = 32_767;

/** Ports that are tried before a machine counts as full. */
const mostTries = 1_000;

/** Ports on 127.0.0.1 that were free a moment ago, all different. */
export async function freePorts(count: number): Promise<number[]> {
  const ports = new Set<number>();
  while (ports.size < count) ports.add(await freePort(ports));
  return [...ports];
}

/** A port on 127.0.0.1 that was free a moment ago, and is none of `taken`. */
export async function freePort(taken: ReadonlySet<number>): Promise<number> {
  for (let tried = 0; tried < mostTries; tried++) {
    const port = randomInt(lowest, highest + 1);
    if (!taken.has(port) && (await isFreePort(port))) return port;
  }
  throw new Error(
    `no free port on 127.0.0.1 was found in ${mostTries} tries from ${lowest} to ${highest}; ` +
      "stop some of the programs that listen there",
  );
}

/** Whether nothing listens on the port at 127.0.0.1. */
export async function isFreePort(port: number): Promise<boolean> {
  const server = createServer();
  const { promise, resolve, reject } = Promise.withResolvers<boolean>();
  server.once("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EADDRINUSE") resolve(false);
    else reject(error);
  });
  server.listen({ host: "127.0.0.1", port, exclusive: true }, () => {
    server.close(() => {
      resolve(true);
    });
  });
  return await promise;
}
