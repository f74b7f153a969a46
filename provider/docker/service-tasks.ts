/** Waiting for the tasks of a service: until all run, and until none is left. */
import type Docker from "dockerode";

import { longestWaitMs, type Pending, waitFor, WaitTimeoutError } from "../../base/wait.ts";
import { orFail } from "../../engine/engine-calls.ts";
import type { OperationContext } from "../server/handler.ts";
import { formatDuration, parseDuration } from "./duration.ts";
import type { ServiceInputs } from "./service-rules.ts";
import type { Service, Task } from "./service-wire.ts";

/** What an update ends with that did not succeed, by its state. */
const failedUpdates: Readonly<Record<string, string>> = {
  paused: "service update paused",
  rollback_completed: "service rollback completed",
  rollback_paused: "service rollback paused",
};

/**
 * Waits until each replica runs as the service has it now.
 * @throws Error that says what the tasks were at, when they do not in time; with the swarm's own words, when it
 * gives an update up or takes it back
 */
export async function allRun(
  docker: Docker,
  id: string,
  { delay = "7s", timeout = "3m" }: NonNullable<ServiceInputs["convergeConfig"]>,
  context: OperationContext,
): Promise<void> {
  const notBefore = Date.now() + parseDuration(delay) / 1e6;
  const status = onceEach(context);
  const probe = async (signal: AbortSignal): Promise<true | Pending> => {
    const seen = await progress(docker, id, signal);
    if (seen === undefined) {
      return Date.now() >= notBefore || { pending: "all run, and are to be looked at once more" };
    }
    status(seen);
    return { pending: seen };
  };
  const limitMs = Math.min(parseDuration(timeout) / 1e6, longestWaitMs);
  const options = { what: "the service's tasks to run", limitMs, signal: context.signal };
  try {
    await waitFor(probe, options);
  } catch (error) {
    if (!(error instanceof WaitTimeoutError)) throw error;
    const limit = formatDuration(parseDuration(timeout));
    throw new Error(
      `Service with ID (${id}) did not converge after ${limit}; last seen: ${error.lastSeen}`,
      { cause: error },
    );
  }
}

/** Undefined once all run. */
async function progress(
  docker: Docker,
  id: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  const inspect = docker.getService(id).inspect() as Promise<Service>;
  const { Spec, UpdateStatus } = await orFail("Unable to inspect service", inspect, signal);
  const { State = "", Message = "" } = UpdateStatus ?? {};
  const failed = failedUpdates[State];
  if (failed !== undefined) throw new Error(`${failed}: ${Message}`);
  const replicas = Spec.Mode.Replicated?.Replicas;
  if (replicas === undefined) throw new Error("no replica count");

  const filters = { service: [id], "_up-to-date": ["true"] };
  const listed = docker.listTasks({ filters }) as Promise<Task[]>;
  const tasks = await orFail("Unable to list tasks", listed, signal);
  const active = await activeNodes(docker, signal);
  const wanted = tasks.filter(({ DesiredState }) => DesiredState === "running");
  const running = wanted.filter(
    ({ NodeID = "", Status }) => Status.State === "running" && active.has(NodeID),
  );
  const slots = new Set(running.map(({ Slot }) => Slot)).size;
  if (slots === replicas && !["updating", "rollback_started"].includes(State)) return undefined;
  const others = tasks.filter((task) => !running.includes(task)).flatMap(problem);
  return [`${slots} of ${replicas} tasks run`, ...new Set(others)].join("; ");
}

/** Why a task does not run: that there is no engine for it, no image, or that it ended. */
function problem({ Status: { State, Err } }: Task): string[] {
  return Err ? [`one is ${State}: ${Err}`] : [];
}

/** Lines of progress, without those that say what the last one said. */
function onceEach(context: OperationContext): (message: string) => void {
  let last: string | undefined;
  return (message) => {
    if (message !== last) context.status((last = message));
  };
}

const ended = ["complete", "shutdown", "failed", "rejected", "remove", "orphaned"];

/**
 * Waits until no task of a removed service runs on any engine that is there, and this one has no container of it.
 * @param grace how long each may take to end, such as `10s`
 */
export async function noneRuns(
  docker: Docker,
  id: string,
  grace: string,
  context: OperationContext,
): Promise<void> {
  const status = onceEach(context);
  const probe = async (tried: AbortSignal): Promise<true | Pending> => {
    const listed = docker.listTasks() as Promise<Task[]>;
    const tasks = await orFail("Unable to list tasks", listed, tried);
    const active = await activeNodes(docker, tried);
    const left = tasks.filter(
      ({ ServiceID, NodeID = "", Status }) =>
        ServiceID === id && active.has(NodeID) && !ended.includes(Status.State),
    );
    if (left.length === 0) {
      // Their containers here go a moment later, and until then hold their image.
      const filters = { label: [`com.docker.swarm.service.id=${id}`] };
      const containers = docker.listContainers({ all: true, filters });
      const { length } = await orFail("Unable to list containers", containers, tried);
      return length === 0 || { pending: `containers that are not removed: ${length}` };
    }
    const pending = `tasks that still run: ${left.length}`;
    status(pending);
    return { pending };
  };
  const limitMs = Math.min(parseDuration(grace) / 1e6 + slackMs, longestWaitMs);
  await waitFor(probe, { what: "the service's tasks to end", limitMs, signal: context.signal });
}

/** Milliseconds for the engines to hear of it, and to remove what has ended. */
const slackMs = 30_000;

/** Ids of the engines that are not down. */
async function activeNodes(docker: Docker, signal: AbortSignal): Promise<Set<string>> {
  const listed = docker.listNodes() as Promise<{ ID: string; Status: { State: string } }[]>;
  const nodes = await orFail("Unable to list nodes", listed, signal);
  return new Set(nodes.filter(({ Status }) => Status.State !== "down").map(({ ID }) => ID));
}
