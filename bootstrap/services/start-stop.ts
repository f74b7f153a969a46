/** Starting the services of a network, each after those that it follows, and stopping them before the nodes. */
import type Docker from "dockerode";

import { allEnded } from "../../base/all-ended.ts";
import { messageOf } from "../../base/message.ts";
import { pointing } from "../../base/troubleshooting.ts";
import { waitFor, WaitTimeoutError } from "../../base/wait.ts";
import { engineError, unlessStatus } from "../../engine/engine-error.ts";
import { execIn } from "../../engine/exec.ts";
import { logTail } from "../../engine/log.ts";
import { putFiles, readFileIn } from "../../engine/put-files.ts";
import { miningAddress } from "../chain/mining-address.ts";
import { endOf, tailLines } from "../containers/container-exit.ts";
import { type NodesContext, onNodes } from "../nodes/on-nodes.ts";
import type { NetworkMembers } from "./members.ts";
import { isReady } from "./ready.ts";
import { inOrder, type ServiceSpec } from "./service.ts";
import {
  addressValues,
  credentialValues,
  miningAddressName,
  placeholdersIn,
  render,
  type TemplateValues,
} from "./template.ts";

/** A service that did not start, with its last lines. */
export class ServiceError extends Error {
  override readonly name = "ServiceError";
  readonly service: string;

  constructor(service: string, detail: string, log: string, cause?: unknown) {
    const lines = log === "" ? "it has written nothing" : `its last lines:\n${log}`;
    super(pointing(`${service}: ${detail}; ${lines}`, "a-service-failed"), { cause });
    this.service = service;
  }
}

/** Holds the time of the start after which the command was run: whoever looks later need not do it again. */
const startedFile = "/regtest-network/started";

/** Milliseconds between two looks at a service, at most: it takes seconds to be ready. */
const mostBetweenMs = 250;

/**
 * Starts each service that does not run, makes sure that it is ready, and runs what is to run then. One that is
 * through since its last start is left alone, so it can be called at any time.
 * @param services Those to start. Default: all of the network's.
 * @throws ServiceError when one ends, or is not ready in its time
 */
export async function startServices(
  docker: Docker,
  network: NetworkMembers,
  context: NodesContext,
  services = network.services ?? [],
): Promise<void> {
  if (services.length === 0) return;
  const values = await valuesFor(docker, network, context);
  const starting = new Map<string, Promise<void>>();
  // One alone waits for whom it follows.
  for (const service of inOrder(services)) {
    const before = service.follows.map((name) => starting.get(name));
    const start = Promise.all(before).then(() => startOne(docker, service, values, context));
    starting.set(service.name, start);
  }
  // Of those that wait for one that failed, each fails with its error.
  await allEnded(starting.values());
}

/** Stops each service that runs, before those that it follows. */
export async function stopServices(
  docker: Docker,
  services: readonly ServiceSpec[] = [],
  { signal, status }: NodesContext,
): Promise<void> {
  if (services.length === 0) return;
  status("stop the services");
  const stopping = new Map<string, Promise<void>>();
  for (const service of inOrder(services).toReversed()) {
    const { name, containerId, stopTimeout } = service;
    const followers = services.filter(({ follows }) => follows.includes(name));
    const before = followers.map(({ name }) => stopping.get(name));
    const container = docker.getContainer(containerId);
    stopping.set(
      name,
      Promise.all(before).then(async () => {
        await container
          .stop({ t: stopTimeout, abortSignal: signal })
          .catch(unlessStatus(304, 404));
      }),
    );
  }
  try {
    await allEnded(stopping.values());
  } catch (error) {
    throw engineError(error);
  }
}

/** Exit code of what was killed. */
const killed = 137;

/** @throws Error that names a service that was killed since it did not end by itself: what it keeps may be half-written */
export async function refuseKilled(
  docker: Docker,
  services: readonly ServiceSpec[] = [],
): Promise<void> {
  for (const { name, containerId, stopTimeout, state } of services) {
    if (state.length === 0) continue;
    const container = docker.getContainer(containerId);
    const { State } = await container.inspect();
    if (State.ExitCode !== killed) continue;
    const detail = `it did not stop within ${stopTimeout} s and was killed; give it longer with stopTimeout`;
    throw new ServiceError(name, detail, await logTail(container, tailLines));
  }
}

/** A line for each service that does not run, or has not gone through its start. */
export async function servicesNotUp(
  docker: Docker,
  services: readonly ServiceSpec[] = [],
): Promise<string[]> {
  const lines = await Promise.all(
    services.map(async (service) => {
      const container = docker.getContainer(service.containerId);
      const found = await container.inspect().catch(unlessStatus(404));
      if (found === undefined) return [`${service.name}: its container is gone`];
      if (!found.State.Running || found.State.Paused)
        return [`${service.name}: its container is ${found.State.Status}`];
      return (await isThrough(container, service, found))
        ? []
        : [`${service.name}: it was started again, and has not been looked at since`];
    }),
  );
  return lines.flat();
}

async function startOne(
  docker: Docker,
  service: ServiceSpec,
  values: TemplateValues,
  { signal, status }: NodesContext,
): Promise<void> {
  const { name, containerId, files, afterStart, startTimeout } = service;
  const container = docker.getContainer(containerId);
  const before = await inspect(container, name);
  if (before.State.Paused) await container.unpause();
  if (before.State.Running && (await isThrough(container, service, before))) return;
  status(`start ${name}`);
  if (!before.State.Running || before.RestartCount > 0) {
    await container.stop({ t: 0 }).catch(unlessStatus(304));
    const content = Object.entries(files).map(([path, text]) => [path, render(text, values)]);
    if (content.length > 0) await putFiles(container, Object.fromEntries(content));
    await container.start({ abortSignal: signal }).catch(async (error: unknown) => {
      throw new ServiceError(name, messageOf(engineError(error)), "", error);
    });
  }
  const limitMs = startTimeout * 1_000;
  const started = await waited(container, service, `${name} to be ready`, limitMs, signal, (seen, signal) =>
    isReady(container, service, seen, signal),
  );
  if (afterStart !== undefined) {
    const command = afterStart.map((text) => render(text, values));
    status(`run ${name}'s command after its start`);
    await waited(container, service, `${name}'s command after its start to succeed`, limitMs, signal, async () => {
      const { exitCode, output } = await execIn(container, command);
      return exitCode === 0 || { pending: `exit code ${exitCode}: ${output.slice(-500)}` };
    });
  }
  if (needsMark(service)) await putFiles(container, { [startedFile]: started });
}

/** @returns when it was started */
async function waited(
  container: Docker.Container,
  { name }: ServiceSpec,
  what: string,
  limitMs: number,
  signal: AbortSignal,
  look: (
    seen: Docker.ContainerInspectInfo,
    signal: AbortSignal,
  ) => Promise<true | { readonly pending: string }>,
): Promise<string> {
  try {
    return await waitFor(
      async (signal) => {
        const seen = await inspect(container, name);
        const end = await endOf({ name, container }, seen);
        if (end !== undefined) throw end;
        if (seen.RestartCount > 0)
          throw new ServiceError(name, "it ended and was started again", await logTail(container, tailLines));
        const found = await look(seen, signal);
        return found === true ? seen.State.StartedAt : found;
      },
      { what, limitMs, everyMs: 20, maxEveryMs: mostBetweenMs, signal },
    );
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof WaitTimeoutError)) throw error;
    const log = await logTail(container, tailLines);
    throw new ServiceError(name, `${error.message}; give it longer with startTimeout`, log, error);
  }
}

async function isThrough(
  container: Docker.Container,
  service: ServiceSpec,
  { State }: Docker.ContainerInspectInfo,
): Promise<boolean> {
  if (!needsMark(service)) return true;
  return (await readFileIn(container, startedFile)) === State.StartedAt;
}

function needsMark({ ready, afterStart }: ServiceSpec): boolean {
  return ready !== undefined || afterStart !== undefined;
}

async function inspect(
  container: Docker.Container,
  name: string,
): Promise<Docker.ContainerInspectInfo> {
  return await container.inspect().catch((error: unknown) => {
    const cause = engineError(error);
    throw new Error(`${name}: ${cause.message}`, { cause });
  });
}

async function valuesFor(
  docker: Docker,
  network: NetworkMembers,
  context: NodesContext,
): Promise<TemplateValues> {
  const { nodes, services = [], rpcUser, rpcPassword } = network;
  const texts = services.flatMap(({ files, afterStart = [] }) => [
    ...Object.values(files),
    ...afterStart,
  ]);
  const address = texts.flatMap(placeholdersIn).includes(miningAddressName)
    ? { [miningAddressName]: await onNodes(docker, network, context, miningAddress) }
    : {};
  return {
    ...addressValues(nodes, services),
    ...credentialValues(nodes, { user: rpcUser, password: rpcPassword }),
    ...address,
  };
}
