/** `docker:index/container:Container`. */
import type Docker from "dockerode";

import { isNotFound } from "../../engine/engine-error.ts";
import { messageOf } from "../../base/message.ts";
import {
  PartialResourceError,
  UNKNOWN,
  type OperationContext,
  type Properties,
  type ResourceHandler,
} from "../server/handler.ts";
import { checkProperties } from "./check.ts";
import { bringUp, inspected, stopAndRemove } from "./container-life.ts";
import { appliedInPlace, containerTable, type ContainerInputs } from "./container-rules.ts";
import { containerSpec, limitsSpec } from "./container-spec.ts";
import { containerState, importedState } from "./container-state.ts";
import { diffProperties } from "./diff.ts";
import { orFail, orGone } from "../../engine/engine-calls.ts";
import { localOrPulledImage } from "./image-pull.ts";
import { withName } from "./naming.ts";
import { changesAny, overlaid, plain, refreshedInputs } from "./properties.ts";

/** @param engine the client, once the provider is configured. */
export function containerHandler(engine: () => Docker): ResourceHandler {
  return {
    timeLimit: 20 * 60,

    check: (news, olds, context) =>
      Promise.resolve(withName(checkProperties("Container", containerTable, news), olds, context)),

    diff: (_id, state, _oldInputs, news) =>
      Promise.resolve({
        detailed: diffProperties(containerTable, state, news),
        // Names, ports and addresses of the old one are needed by the new one.
        deleteBeforeReplace: true,
      }),

    plan: (inputs, state) =>
      state === undefined
        ? { ...plain(inputs), ...plannedPorts(inputs) }
        : overlaid(containerTable, state, inputs),

    async create(properties, context) {
      const docker = engine();
      const inputs = plain(properties) as unknown as ContainerInputs;
      await imageFor(docker, inputs, context);
      // Not abortable: a container that the engine makes while nobody waits would be in nobody's state.
      const container = await orFail(
        "Unable to create container",
        docker.createContainer(containerSpec(inputs)),
      );
      try {
        await bringUp(docker, container, inputs, context);
        const found = await inspected(container, context.signal);
        return { id: container.id, state: containerState(found, properties) };
      } catch (error) {
        // It does not run, so this records that it has to be made anew.
        const found = await container.inspect().catch(() => undefined);
        const state =
          found === undefined ? plain(properties) : containerState(found, plain(properties));
        throw new PartialResourceError(messageOf(error), container.id, state, { cause: error });
      }
    },

    async read(id, state, inputs, { signal }) {
      const docker = engine();
      const found = await orGone(
        "Unable to inspect container",
        docker.getContainer(id).inspect(),
        signal,
      );
      if (found === undefined) return undefined;
      const current = state === undefined ? importedState(found) : containerState(found, state);
      return {
        id: found.Id,
        state: current,
        inputs: refreshedInputs(containerTable, inputs, current),
      };
    },

    async update(id, state, properties, context) {
      const docker = engine();
      const container = docker.getContainer(id);
      const inputs = plain(properties) as unknown as ContainerInputs;
      const { State: before } = await orFail(
        "Unable to update container",
        container.inspect(),
        context.signal,
      ).catch(withRefreshAdvice);
      if (changesAny(containerTable, state, properties, appliedInPlace)) {
        await orFail(
          "Unable to update container",
          container.update(limitsSpec(inputs)) as Promise<unknown>,
          context.signal,
        );
      }
      const recorded = overlaid(containerTable, state, properties);
      if (before.Running || inputs.start !== true || inputs.mustRun !== true) return recorded;
      await bringUp(docker, container, inputs, context);
      return containerState(await inspected(container, context.signal), recorded);
    },

    async delete(id, state, context) {
      const grace = state["destroyGraceSeconds"];
      await stopAndRemove(
        engine().getContainer(id),
        {
          graceSeconds: typeof grace === "number" ? grace : 0,
          removeVolumes: state["removeVolumes"] !== false,
        },
        context,
      );
    },
  };
}

async function imageFor(
  docker: Docker,
  { image }: ContainerInputs,
  context: OperationContext,
): Promise<void> {
  try {
    await localOrPulledImage(docker, image, context);
  } catch (error) {
    context.signal.throwIfAborted();
    throw new Error(`Unable to create container with image ${image}: ${messageOf(error)}`, {
      cause: error,
    });
  }
}

/** The ports that the engine will choose are not known before it has. */
function plannedPorts(inputs: Properties): Properties {
  const { ports } = plain(inputs);
  if (!Array.isArray(ports)) return {};
  return {
    ports: ports.map((port: unknown) =>
      typeof port === "object" ? { external: UNKNOWN, ...port } : port,
    ),
  };
}

function withRefreshAdvice(error: unknown): never {
  if (!isNotFound(error)) throw error;
  throw new Error(
    `${messageOf(error)}. Run \`pulumi refresh\`: it takes note, and the next update makes a new one.`,
    { cause: error },
  );
}
