/** `docker:index/network:Network`. Nothing of a network can be changed: every difference replaces it. */
import type Docker from "dockerode";
import type { NetworkInspectInfo } from "dockerode";

import { waitFor } from "../../base/wait.ts";
import { apiAtLeast, apiVersionOf } from "../../engine/client.ts";
import type { Properties, ResourceHandler } from "../server/handler.ts";
import { checkProperties } from "./check.ts";
import { diffProperties } from "./diff.ts";
import { orFail, orGone } from "../../engine/engine-calls.ts";
import { isNameDrawn, withName } from "./naming.ts";
import { networkTable, type NetworkInputs } from "./network-rules.ts";
import { labelList, labelMap, overlaid, plain, refreshedInputs } from "./properties.ts";
import { removeWhenFree } from "./removal.ts";

/** @param engine the client, once the provider is configured. */
export function networkHandler(engine: () => Docker): ResourceHandler {
  return {
    check: (news, olds, context) =>
      Promise.resolve(withName(checkProperties("Network", networkTable, news), olds, context)),

    diff: (_id, state, _oldInputs, news) =>
      Promise.resolve({
        detailed: diffProperties(networkTable, state, news),
        // A drawn name cannot collide with the old network's, a given one does.
        deleteBeforeReplace: !isNameDrawn(news),
      }),

    plan: (inputs, state = {}) => overlaid(networkTable, state, inputs),

    async create(properties, { signal }) {
      signal.throwIfAborted();
      const inputs = plain(properties) as NetworkInputs & { name: string };
      const { id } = await orFail(
        "Unable to create network",
        engine().createNetwork(networkSpec(inputs, apiVersionOf(engine()))),
      );
      const found = await made(engine().getNetwork(id), signal);
      return { id, state: { ...plain(properties), ...networkState(found) } };
    },

    async read(id, state, inputs, { signal }) {
      const found = await orGone(
        "Unable to inspect network",
        engine().getNetwork(id).inspect(),
        signal,
      );
      if (found === undefined) return undefined;
      const current = { ...plain(state ?? {}), ...networkState(found) };
      return {
        id: found.Id,
        state: current,
        inputs: refreshedInputs(networkTable, inputs, current),
      };
    },

    update: (_id, state, news) => Promise.resolve(overlaid(networkTable, state, news)),

    async delete(id, _state, context) {
      const remove = (abortSignal: AbortSignal): Promise<unknown> =>
        engine().getNetwork(id).remove({ abortSignal });
      // 403: of this engine; 400: of a swarm.
      await removeWhenFree({ what: "network", inUse: [403, 400], remove }, context);
      await gone(engine().getNetwork(id), context.signal);
    },
  };
}

/** The network once it is what it was made as: that of a swarm is nothing until a manager has seen to it. */
async function made(network: Docker.Network, signal: AbortSignal): Promise<NetworkInspectInfo> {
  return await waitFor(
    async (tried) => {
      const found = await orFail("Unable to inspect network", network.inspect(), tried);
      return found.Driver !== "" ? found : { pending: "it has no driver yet" };
    },
    { what: "the network to be made", limitMs: 30_000, signal },
  );
}

/** That of a swarm is there for a moment more, and its name is taken. */
async function gone(network: Docker.Network, signal: AbortSignal): Promise<void> {
  await waitFor(
    async (tried) =>
      (await orGone("Unable to inspect network", network.inspect(), tried)) === undefined || {
        pending: "it is still there",
      },
    { what: "the network to be gone", limitMs: 30_000, signal },
  );
}

function networkSpec(
  inputs: NetworkInputs & { name: string },
  apiVersion: string,
): Docker.NetworkCreateOptions {
  return {
    Name: inputs.name,
    // Older engines create a second network of the same name without this; newer ones know no such field.
    CheckDuplicate: apiAtLeast(apiVersion, "1.44") ? undefined : true,
    Driver: inputs.driver,
    Options: inputs.options,
    Internal: inputs.internal,
    Attachable: inputs.attachable,
    EnableIPv6: inputs.ipv6,
    IPAM: {
      ...(inputs.ipamDriver !== undefined && { Driver: inputs.ipamDriver }),
      Options: inputs.ipamOptions,
      Config: inputs.ipamConfigs?.map(({ subnet, ipRange, gateway, auxAddress }) => ({
        Subnet: subnet,
        IPRange: ipRange,
        Gateway: gateway,
        AuxiliaryAddresses: auxAddress,
      })),
    },
    Labels: labelMap(inputs.labels),
  };
}

function networkState(found: NetworkInspectInfo): Properties {
  return plain({
    name: found.Name,
    labels: labelList(found.Labels),
    driver: found.Driver,
    internal: found.Internal,
    attachable: found.Attachable,
    ingress: found.Ingress,
    ipv6: found.EnableIPv6,
    ipamDriver: found.IPAM?.Driver,
    ipamOptions: found.IPAM?.Options ?? {},
    scope: found.Scope,
    options: found.Options ?? {},
    ipamConfigs: (found.IPAM?.Config ?? []).map((config) => ({
      subnet: config.Subnet,
      ipRange: config.IPRange,
      gateway: config.Gateway,
      auxAddress: config.AuxiliaryAddresses,
    })),
  });
}
