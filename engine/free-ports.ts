import { randomInt } from "node:crypto";
import { createServer } from "node:net";

import type Docker from "dockerode";

import { isHere, loopback } from "./host.ts";

/**
 * Below the ports that systems give to whoever asks for any (on Linux from 32,768 on): one of those
 * may belong to any connection on the machine at the moment when it is wanted.
 */
const lowest = 20_000;
const highest = 32_767;

/** Ports that are tried before a machine counts as full. */
const mostTries = 1_000;

/** Ports of the engine's host that were free a moment ago, all different. */
export async function freePorts(count: number): Promise<number[]> {
  const ports = new Set<number>();
  while (ports.size < count) ports.add(await freePort(ports));
  return [...ports];
}

/** A port of the engine's host that was free a moment ago, and is none of `taken`. */
export async function freePort(taken: ReadonlySet<number>): Promise<number> {
  for (let tried = 0; tried < mostTries; tried++) {
    const port = randomInt(lowest, highest + 1);
    if (!taken.has(port) && (await isFreePort(port))) return port;
  }
  throw new Error(
    `no free port on ${loopback} was found in ${mostTries} tries from ${lowest} to ${highest}; ` +
      "stop some of the programs that listen there",
  );
}

/** Whether one of these ports, which were free a moment ago, is not: by what listens here, or by the engine's containers. */
export async function anyTaken(docker: Docker, ports: readonly number[]): Promise<boolean> {
  const free = isHere(docker) ? await Promise.all(ports.map(isFreePort)) : [];
  if (free.includes(false)) return true;
  const published = publicPorts(await docker.listContainers());
  return published.some((port) => ports.includes(port));
}

/** The ports of the engine's host that containers have now. */
export function publicPorts(containers: readonly Docker.ContainerInfo[]): number[] {
  return containers.flatMap(({ Ports }) =>
    Ports.flatMap(({ PublicPort }: Partial<Docker.Port>) => PublicPort ?? []),
  );
}

/** Whether nothing listens on the port at the engine's host. */
export async function isFreePort(port: number): Promise<boolean> {
  const error = await listenError(port);
  if (error === undefined || error.code === "EADDRINUSE") return error === undefined;
  throw error;
}

/**
 * Why a program of this user's could not listen on the port at the engine's host; undefined: it could. Only the
 * attempt tells: connecting would miss a listener that is not accepting.
 */
export async function listenError(port: number): Promise<NodeJS.ErrnoException | undefined> {
  const { promise, resolve } = Promise.withResolvers<NodeJS.ErrnoException | undefined>();
  const server = createServer();
  server.once("error", resolve);
  server.listen({ host: loopback, port, exclusive: true }, () => {
    server.close(() => {
      resolve(undefined);
    });
  });
  return await promise;
}
