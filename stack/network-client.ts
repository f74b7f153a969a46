import type Docker from "dockerode";

import { connectTo, type OnEngine } from "../engine/engine-input.ts";

/**
 * A client of the engine that a network is on by its state, or of those of its hosts.
 * @param docker what it is on where its state names none
 * @throws Error that names the host whose engine does not answer
 */
export async function networkClient(
  { engine }: OnEngine,
  docker: Docker,
  signal: AbortSignal = new AbortController().signal,
): Promise<Docker> {
  return engine === undefined ? docker : await connectTo({ engine }, signal);
}
