import type Docker from "dockerode";

import { reachOf } from "../../engine/host.ts";
import { miningAddress } from "../chain/mining-address.ts";
import { type NodesContext, onNodes } from "../nodes/on-nodes.ts";
import type { NetworkMembers } from "./members.ts";
import {
  addressValues,
  credentialValues,
  miningAddressName,
  placeholdersIn,
  publishedHostName,
  type TemplateValues,
} from "./template.ts";

/**
 * What the placeholders stand for in what a service gets when it is started. The nodes run. Where its ports are found
 * depends on its host, see {@link ofHost}.
 */
export async function templateValues(
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
    ...addressValues(nodes, services, reachOf(docker)),
    ...credentialValues(nodes, { user: rpcUser, password: rpcPassword }),
    ...address,
  };
}

/** Those of a service with that container. */
export function ofHost(values: TemplateValues, container: Docker.Container): TemplateValues {
  return { ...values, [publishedHostName]: reachOf(container).address };
}
