import type { OpenNetworkParts } from "../bootstrap/open-network.ts";
import { rpcPortInContainer } from "../bootstrap/nodes/node.ts";
import { portAddresses } from "../bootstrap/nodes/node-ports.ts";
import { openServices } from "../bootstrap/services/network-service.ts";
import { readManifest } from "../bootstrap/snapshots/manifest.ts";
import type {
  DeclaredNode,
  DeclaredService,
  NetworkDeclaration,
} from "../bootstrap/status/report.ts";
import { throwEngineError } from "../engine/engine-error.ts";
import { reachOf } from "../engine/host.ts";
import type { Addresses } from "../engine/published.ts";

/** What a clone declares: its snapshot's chain, and its members, whether they run or not. */
export async function cloneDeclaration({
  docker,
  id,
  inputs,
  freshBlock,
}: Pick<OpenNetworkParts, "docker" | "id" | "inputs" | "freshBlock">): Promise<NetworkDeclaration> {
  const { nodes, services = [], connect, rpcUser, rpcPassword } = inputs;
  const [inspected, opened] = await Promise.all([
    Promise.all(nodes.map(({ containerId }) => docker.getContainer(containerId).inspect())),
    openServices(docker, services),
  ]).catch(throwEngineError);
  const { address } = reachOf(docker);
  const addressOf: Addresses = (port) => `${address}:${port}`;
  const { facts } = readManifest(inspected[0]?.Config.Labels ?? {}, id);
  return {
    ...{ name: id, id, rpcUser, rpcPassword, connect, freshBlock },
    nodes: nodes.map(({ name, role, wallets }, index): DeclaredNode => {
      const { Name = "", Config, HostConfig } = inspected[index] ?? {};
      // As given, and not as the engine tells of a container that runs: it may not run now.
      const bindings = (HostConfig?.PortBindings ?? {}) as Parameters<typeof portAddresses>[0];
      const endpoint = `http://${addressOf(Number(bindings[`${rpcPortInContainer}/tcp`]?.[0]?.HostPort ?? 0))}`;
      return {
        ...{ name, role, wallets, endpoint, container: Name.slice(1) },
        ports: portAddresses(bindings, Config?.Cmd ?? [], addressOf, endpoint),
      };
    }),
    services: services.flatMap((spec): DeclaredService[] => {
      const service = opened[spec.name];
      if (service === undefined) return [];
      return [{ name: spec.name, container: service.containerName, ports: service.urls, spec }];
    }),
    chain: { height: facts.height, tip: facts.tip },
    snapshots: Object.fromEntries(
      nodes.map(({ name }, index) => {
        // Its name may be another snapshot's by now.
        const id = inspected[index]?.Image ?? "";
        return [name, { image: id, id }];
      }),
    ),
    pending: 0,
  };
}
