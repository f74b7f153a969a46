/** `docker:index/service:Service`: containers that a swarm keeps running, on whichever engines it chooses. */
import type Docker from "dockerode";

import { messageOf } from "../../base/message.ts";
import { type Pending, waitFor } from "../../base/wait.ts";
import { orFail, orGone } from "../../engine/engine-calls.ts";
import {
  PartialResourceError,
  type OperationContext,
  type ResourceHandler,
} from "../server/handler.ts";
import { type Checked, checkProperties } from "./check.ts";
import { diffProperties } from "./diff.ts";
import { isNameDrawn, withName } from "./naming.ts";
import { overlaid, plain, refreshedInputs } from "./properties.ts";
import { pinned } from "./service-image.ts";
import { type ServiceInputs, serviceTable } from "./service-rules.ts";
import { serviceSpec } from "./service-spec.ts";
import { serviceState } from "./service-state.ts";
import { allRun, noneRuns } from "./service-tasks.ts";
import type { Service } from "./service-wire.ts";

type NamedInputs = ServiceInputs & { name: string };

/** @param engine the client, once the provider is configured: that of a manager. */
export function serviceHandler(engine: () => Docker): ResourceHandler {
  return {
    timeLimit: 20 * 60,

    check: (news, olds, context) =>
      Promise.resolve(
        withName(withoutConflicts(checkProperties("Service", serviceTable, news)), olds, context),
      ),

    diff: (_id, state, _oldInputs, news) =>
      Promise.resolve({
        detailed: diffProperties(serviceTable, state, news),
        // A drawn name cannot collide with the old service's, a given one does.
        deleteBeforeReplace: !isNameDrawn(news),
      }),

    plan: (inputs, state = {}) => overlaid(serviceTable, state, inputs),

    async create(properties, context) {
      const docker = engine();
      const inputs = plain(properties) as unknown as NamedInputs;
      const spec = serviceSpec(inputs);
      const auth = credentials(inputs);
      const TaskTemplate = await pinned(docker, spec.TaskTemplate, auth, context.signal);
      // Not abortable: a service that is made while nobody waits would be in nobody's state.
      const { id } = await orFail(
        "Unable to create service",
        docker.createService(auth, { ...spec, TaskTemplate } as Docker.ServiceSpec),
      );
      try {
        if (inputs.convergeConfig) await allRun(docker, id, inputs.convergeConfig, context);
        return { id, state: serviceState(await whole(docker, id, context), properties) };
      } catch (error) {
        if (!context.signal.aborted && (await isRemoved(docker, id, inputs, context))) throw error;
        throw new PartialResourceError(messageOf(error), id, plain(properties), { cause: error });
      }
    },

    async read(id, state, inputs, { signal }) {
      const inspect = engine().getService(id).inspect() as Promise<Service>;
      const found = await orGone("Unable to inspect service", inspect, signal);
      if (found === undefined) return undefined;
      const current = serviceState(found, state ?? {});
      return {
        id: found.ID,
        state: current,
        inputs: refreshedInputs(serviceTable, inputs, current),
      };
    },

    async update(id, state, properties, context) {
      const docker = engine();
      const service = docker.getService(id);
      const planned = overlaid(serviceTable, state, properties);
      const inputs = planned as unknown as NamedInputs;
      const { Version } = await orFail(
        "Unable to update service",
        service.inspect() as Promise<Service>,
        context.signal,
      );
      const change = { _query: { version: Version.Index }, _body: serviceSpec(inputs) };
      await orFail(
        "Unable to update service",
        service.update({ ...change, authconfig: credentials(inputs) }),
      );
      if (inputs.convergeConfig) await allRun(docker, id, inputs.convergeConfig, context);
      return serviceState(await whole(docker, id, context), planned);
    },

    async delete(id, state, context) {
      await removed(engine(), id, state as unknown as ServiceInputs, context);
    },
  };
}

/** Tasks of a service that is on every engine are not counted. */
function withoutConflicts({ inputs, failures }: Checked): Checked {
  const { mode, convergeConfig } = plain(inputs) as unknown as ServiceInputs;
  if (mode?.global !== true || convergeConfig === undefined) return { inputs, failures };
  const reason = "convergeConfig cannot be used with mode.global";
  return { inputs, failures: [...failures, { property: "convergeConfig", reason }] };
}

/** Empty for none: left out, the client would take the service itself for them. */
function credentials({ auth }: ServiceInputs): Docker.AuthConfig {
  if (!auth?.username || !auth.password) return {};
  const { username, password, serverAddress: serveraddress } = auth;
  return { username, password, serveraddress };
}

/** The service once the swarm has said how it is reached, which is a moment after it was made. */
async function whole(docker: Docker, id: string, { signal }: OperationContext): Promise<Service> {
  const probe = async (tried: AbortSignal): Promise<Service | Pending> => {
    const inspect = docker.getService(id).inspect() as Promise<Service>;
    const found = await orFail("Unable to inspect service", inspect, tried);
    const mode = found.Endpoint?.Spec?.Mode ?? found.Spec.EndpointSpec?.Mode;
    return mode ? found : { pending: "it has no endpoint" };
  };
  return await waitFor(probe, { what: "the service to be whole", limitMs: 30_000, signal });
}

/** One that did not come up is taken away again, as the official provider does. */
async function isRemoved(
  docker: Docker,
  id: string,
  inputs: ServiceInputs,
  context: OperationContext,
): Promise<boolean> {
  return await removed(docker, id, inputs, context).then(
    () => true,
    () => false,
  );
}

/** Waits for the end of its tasks only where they are given time for it: the official provider's own rule. */
async function removed(
  docker: Docker,
  id: string,
  { taskSpec }: ServiceInputs,
  context: OperationContext,
): Promise<void> {
  const remove = docker.getService(id).remove() as Promise<unknown>;
  await orGone(`Error deleting service with ID '${id}'`, remove, context.signal);
  const grace = taskSpec.containerSpec.stopGracePeriod;
  if (grace && grace !== "0s") await noneRuns(docker, id, grace, context);
}
