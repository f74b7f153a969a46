/** The resource `Services`: that the services of a network run, are ready, and have gone through their start. */
import { startServices } from "../../bootstrap/services/start.ts";
import { servicesNotUp } from "../../bootstrap/services/through.ts";
import type { NetworkMembers } from "../../bootstrap/services/members.ts";
import type { OperationContext } from "../server/handler.ts";
import { connectTo, type OnEngine } from "../../engine/engine-input.ts";
import { inputDiff } from "./input-diff.ts";
import { ownResource } from "./own-resource.ts";

export interface ServicesInputs extends NetworkMembers, OnEngine {
  /** Tip that they follow: with another one they are looked at again. */
  readonly tip: string;
}

export interface ServicesState extends ServicesInputs {
  /** What the last refresh found that is not so; the next update starts it. */
  readonly down: readonly string[];
}

export const servicesHandler = ownResource({
  importRefusal: "Services cannot be imported: run `pulumi up`, which starts them.",

  diff(_id, state, oldInputs, news) {
    const { down } = state as unknown as ServicesState;
    return Promise.resolve({
      detailed: { ...inputDiff(oldInputs, news, []), ...(down.length > 0 && { down: "update" }) },
    });
  },

  async create(inputs, context) {
    return { id: "services", state: { ...(await started(inputs, context)) } };
  },

  async read(id, state, inputs, context) {
    const { services } = state as unknown as ServicesState;
    const docker = await connectTo(state, context.signal);
    const down = await servicesNotUp(docker, services);
    for (const line of down) context.warn(line);
    return { id, state: { ...state, down }, inputs };
  },

  async update(_id, _state, news, context) {
    return { ...(await started(news, context)) };
  },
});

async function started(properties: object, context: OperationContext): Promise<ServicesState> {
  const inputs = properties as ServicesInputs;
  await startServices(await connectTo(inputs, context.signal), inputs, context);
  return { ...inputs, down: [] };
}
