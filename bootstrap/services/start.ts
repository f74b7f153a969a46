/** Starting the services of a network, each after those that it follows. */
import type Docker from "dockerode";

import { allEnded } from "../../base/all-ended.ts";
import { messageOf } from "../../base/message.ts";
import { type Pending, waitFor, WaitTimeoutError } from "../../base/wait.ts";
import { engineError, isConflict, unlessStatus } from "../../engine/engine-error.ts";
import type { OnEngine } from "../../engine/engine-input.ts";
import { execIn } from "../../engine/exec.ts";
import { logTail } from "../../engine/log.ts";
import { putFiles } from "../../engine/container-files.ts";
import { endOf, tailLines } from "../containers/container-exit.ts";
import type { NodesContext } from "../nodes/on-nodes.ts";
import type { NetworkMembers } from "./members.ts";
import { isReady } from "./ready.ts";
import { refuseInterrupted } from "./replacing.ts";
import { writtenVolumes } from "./service-container.ts";
import { inOrder, type ServiceSpec } from "./service.ts";
import { ServiceError } from "./service-error.ts";
import { render, type TemplateValues } from "./template.ts";
import { ofHost, templateValues } from "./template-values.ts";
import { isThrough, noteThrough } from "./through.ts";

/** Milliseconds between two looks at a service, at most: it takes seconds to be ready. */
const mostBetweenMs = 250;
/** Characters of a command's output that an error shows. */
const shownOutput = 500;

/**
 * Starts each service that does not run, makes sure that it is ready, and runs what is to run then. One that is
 * through since its last start is left alone, so it can be called at any time.
 * @param services Those to start. Default: all of the network's.
 * @throws ServiceError when one ends, or is not ready in its time
 * @throws Error, before it is started, when a reset of what one keeps was interrupted
 */
export async function startServices(
  docker: Docker,
  network: NetworkMembers,
  context: NodesContext,
  services = network.services ?? [],
): Promise<void> {
  if (services.length === 0) return;
  const values = await templateValues(docker, network, context);
  const starting = new Map<string, Promise<void>>();
  // One alone waits for whom it follows.
  for (const service of inOrder(services)) {
    const before = service.follows.flatMap((name) => starting.get(name) ?? []);
    const start = Promise.all(before).then(() => startOne(docker, service, values, context));
    starting.set(service.name, start);
  }
  // Of those that wait for one that failed, each fails with its error.
  await allEnded(starting.values());
}

/** What a scenario needs of them. */
export interface ScenarioServices extends OnEngine {
  readonly specs: readonly ServiceSpec[];
  start(): Promise<void>;
}

/** The services of a network, to be started when its chain is made. */
export function scenarioServices(
  docker: Docker,
  network: NetworkMembers & OnEngine,
  context: NodesContext,
): ScenarioServices {
  const { services: specs = [], engine } = network;
  return { specs, engine, start: () => startServices(docker, network, context) };
}

async function startOne(
  docker: Docker,
  service: ServiceSpec,
  network: TemplateValues,
  { signal, status }: NodesContext,
): Promise<void> {
  const { name, containerId, afterStart } = service;
  const container = docker.getContainer(containerId);
  const values = ofHost(network, container);
  const before = await inspect(container, name);
  if (before.State.Paused) await container.unpause();
  if (before.State.Running && (await isThrough(container, service, before))) return;
  await refuseInterrupted(docker, [service]);
  status(`start ${name}`);
  if (!before.State.Running || before.RestartCount > 0)
    await startAnew(container, service, values, signal);
  const until = async (what: string, look: Look): Promise<string> =>
    await waited(container, service, `${name}${what}`, look, signal);
  const started = await until(" to be ready", (seen, signal) =>
    isReady(container, service, seen, signal),
  );
  if (afterStart !== undefined) {
    const command = afterStart.map((text) => render(text, values));
    status(`run ${name}'s command after its start`);
    await until("'s command after its start to succeed", async () => {
      const { exitCode, output } = await execIn(container, command);
      return exitCode === 0 || { pending: `exit code ${exitCode}: ${output.slice(-shownOutput)}` };
    });
  }
  await noteThrough(container, service, started);
}

/** One that ends again and again is between two starts now and then. */
async function startAnew(
  container: Docker.Container,
  service: ServiceSpec,
  values: TemplateValues,
  abortSignal: AbortSignal,
): Promise<void> {
  const { name, files } = service;
  await container.stop({ t: 0 }).catch(unlessStatus(304));
  const rendered = Object.entries(files).map(([path, text]): [string, string] => [
    path,
    render(text, values),
  ]);
  if (rendered.length > 0)
    await putFiles(container, Object.fromEntries(rendered), writtenVolumes(service));
  await container.start({ abortSignal }).catch((error: unknown) => {
    throw new ServiceError(name, messageOf(engineError(error)), "", error);
  });
}

/** Looks once. @returns true, or what was seen instead */
type Look = (seen: Docker.ContainerInspectInfo, signal: AbortSignal) => Promise<true | Pending>;

/** @returns when its container was started, as the engine tells it */
async function waited(
  container: Docker.Container,
  { name, startTimeout }: ServiceSpec,
  what: string,
  look: Look,
  signal: AbortSignal,
): Promise<string> {
  try {
    return await waitFor(
      async (signal) => {
        const seen = await inspect(container, name);
        const end = await endOf({ name, container }, seen);
        if (end !== undefined) throw end;
        if (seen.RestartCount > 0) {
          const log = await logTail(container, tailLines);
          throw new ServiceError(name, "it ended and was started again", log);
        }
        const found = await look(seen, signal);
        return found === true ? seen.State.StartedAt : found;
      },
      // Conflict: it ended between two questions, which the next look tells.
      {
        what,
        limitMs: startTimeout * 1_000,
        everyMs: 20,
        maxEveryMs: mostBetweenMs,
        signal,
        retryOn: isConflict,
      },
    );
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof WaitTimeoutError)) throw error;
    const log = await logTail(container, tailLines);
    throw new ServiceError(name, `${error.message}; give it longer with startTimeout`, log, error);
  }
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
