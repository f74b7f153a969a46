/** The steps that take a container from created to running, and from there to gone. */
import type Docker from "dockerode";
import type { ContainerInspectInfo } from "dockerode";

import { isError } from "../../base/is-error.ts";
import { waitFor } from "../../base/wait.ts";
import { logTail } from "../../engine/log.ts";
import { isConflict, statusCodeOf } from "../../engine/engine-error.ts";
import type { OperationContext } from "../server/handler.ts";
import type { ContainerInputs } from "./container-rules.ts";
import { orFail, orGone } from "../../engine/engine-calls.ts";

/** Lines of a container's log that an error tells. */
const logLines = 30;

/** Milliseconds that the engine gets to forget a container that it was told to remove. */
const removalTimeLimit = 60_000;

export async function inspected(
  container: Docker.Container,
  signal: AbortSignal,
): Promise<ContainerInspectInfo> {
  return await orFail("Unable to inspect container", container.inspect(), signal);
}

/** Connect, start and wait, as `inputs` say. What is done already is left alone, so that it can be taken up again. */
export async function bringUp(
  docker: Docker,
  container: Docker.Container,
  inputs: ContainerInputs,
  context: OperationContext,
): Promise<void> {
  const { signal } = context;
  await connectNetworks(docker, container, inputs.networksAdvanced ?? [], signal);
  if (inputs.start !== true) return;
  context.status("starting");
  try {
    await orFail(
      "Unable to start container",
      container.start({ abortSignal: signal }) as Promise<unknown>,
      signal,
    );
  } catch (error) {
    if (statusCodeOf(error) !== alreadySo) throw error;
  }
  if (inputs.wait === true) await untilHealthy(container, inputs.waitTimeout ?? 60, context);
}

/** The engine's answer to starting what runs, or stopping what does not. */
const alreadySo = 304;

type NetworkAttachment = NonNullable<ContainerInputs["networksAdvanced"]>[number];

/** A container is created on the default network; the networks that are asked for take that one's place. */
async function connectNetworks(
  docker: Docker,
  container: Docker.Container,
  networks: NetworkAttachment[],
  signal: AbortSignal,
): Promise<void> {
  if (networks.length === 0) return;
  const connected = (await inspected(container, signal)).NetworkSettings.Networks;
  const isConnected = (nameOrId: string): boolean =>
    Object.entries(connected).some(
      ([name, { NetworkID }]) => nameOrId === name || nameOrId === NetworkID,
    );
  if (isConnected("bridge") && !networks.some(({ name }) => name === "bridge")) {
    await orFail(
      "Unable to disconnect the default network",
      docker.getNetwork("bridge").disconnect({ Container: container.id }) as Promise<unknown>,
      signal,
    );
  }
  for (const { name, aliases, ipv4Address, ipv6Address } of networks) {
    if (isConnected(name)) continue;
    await orFail(
      `Unable to connect to network '${name}'`,
      docker.getNetwork(name).connect({
        Container: container.id,
        EndpointConfig: {
          Aliases: aliases,
          IPAMConfig: { IPv4Address: ipv4Address, IPv6Address: ipv6Address },
        },
      }) as Promise<unknown>,
      signal,
    );
  }
}

async function untilHealthy(
  container: Docker.Container,
  seconds: number,
  context: OperationContext,
): Promise<void> {
  const { signal } = context;
  context.status("waiting until it is healthy");
  try {
    await waitFor(
      async (trySignal) => {
        const { State: state } = await inspected(container, trySignal);
        if (state.Health === undefined) {
          throw new Error("it has no healthcheck, so it can never become healthy");
        }
        if (!state.Running) throw new Error(`it ended with exit code ${state.ExitCode}`);
        return state.Health.Status === "healthy" ? true : { pending: state.Health.Status };
      },
      { what: "the container to become healthy", limitMs: seconds * 1000, everyMs: 100, signal },
    );
  } catch (error) {
    signal.throwIfAborted();
    const log = await orFail("Unable to read the container's log", logTail(container, logLines));
    const shown = log === "" ? "Its log is empty." : `The last lines of its log:\n${log}`;
    throw new Error(
      `failed to be in healthy state: ${isError(error) ? error.message : String(error)}\n${shown}`,
      { cause: error },
    );
  }
}

/**
 * Stop the container and remove it. One that is gone already is no error.
 * @param graceSeconds between the stop signal and the kill; the container's own stop time-out is not looked at.
 */
export async function stopAndRemove(
  container: Docker.Container,
  { graceSeconds, removeVolumes }: { graceSeconds: number; removeVolumes: boolean },
  context: OperationContext,
): Promise<void> {
  const { signal } = context;
  context.status("stopping");
  try {
    await orGone(
      "Unable to stop container",
      container.stop({ t: graceSeconds, abortSignal: signal }) as Promise<unknown>,
      signal,
    );
  } catch (error) {
    if (statusCodeOf(error) !== alreadySo) throw error;
  }
  context.status("removing");
  try {
    await orGone(
      "Unable to remove container",
      container.remove({ force: true, v: removeVolumes, abortSignal: signal }) as Promise<unknown>,
      signal,
    );
  } catch (error) {
    // One with `rm` is removed by the engine itself once it has stopped: that is on its way.
    if (!isConflict(error)) throw error;
  }
  await waitFor(
    async (trySignal) => {
      const found = await orGone(
        "Unable to inspect container",
        container.inspect({ abortSignal: trySignal }),
        trySignal,
      );
      return found === undefined || { pending: found.State.Status };
    },
    { what: "the container to be removed", limitMs: removalTimeLimit, signal },
  );
}
