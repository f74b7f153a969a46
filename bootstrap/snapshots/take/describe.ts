import { keptTimeOf } from "../../clock/kept-time.ts";
import { chainFacts } from "../../chain/facts.ts";
import type { Funded } from "../../payments/funding.ts";
import type { Mempools } from "../../chain/mempools.ts";
import type { Node } from "../../nodes/node.ts";
import type { Edge } from "../../nodes/peers.ts";
import type { Run } from "../../nodes/run.ts";
import { containerPorts, portNames, restArgument } from "../../nodes/node-ports.ts";
import { serviceDeclaration, type ServiceSpec } from "../../services/service.ts";
import type { Manifest, NodeManifest } from "../manifest-schema.ts";

/** What the nodes cannot tell. */
export interface Described {
  /** Name of the snapshot. */
  readonly name: string;
  readonly funded: readonly Funded[];
  /** Height of the declared chain; left out: nobody says. */
  readonly bootstrapped?: number;
  /** The declared chain alone: what people have left in mempools, or set clocks to, is no part of it. */
  readonly declared?: { readonly clock: number | undefined };
}

/**
 * Reads the manifest of the network as it is now.
 * @param programs Node's name → id of the image with its programs.
 * @param services Those that are part of it.
 * @param mempools What the nodes have in theirs.
 */
export async function describeNetwork(
  run: Run,
  connect: readonly Edge[],
  programs: ReadonlyMap<string, string>,
  services: readonly ServiceSpec[],
  { name, funded, bootstrapped, declared }: Described,
  mempools: Mempools,
): Promise<Manifest> {
  const holdsMempools = declared === undefined && Object.keys(mempools).length > 0;
  return {
    format: services.length === 0 ? 1 : 2,
    snapshot: name,
    chain: "regtest",
    created: new Date().toISOString(),
    nodes: await Promise.all(
      run.nodes.map((node) => describeNode(node, programs.get(node.name) ?? "")),
    ),
    connect,
    facts: await chainFacts(run),
    bootstrapped,
    clock: declared === undefined ? await keptTimeOf(run) : declared.clock,
    mempools: holdsMempools ? mempools : undefined,
    funded,
    ...(services.length > 0 && {
      services: services.map((service) => ({
        ...serviceDeclaration(service),
        baseImage: programs.get(service.name) ?? "",
      })),
    }),
  };
}

async function describeNode(
  { name, role, rpc, wallet, container }: Node,
  baseImage: string,
): Promise<NodeManifest> {
  const { version } = await rpc.call("getnetworkinfo");
  const { Config, HostConfig } = await container.inspect();
  const ports = (HostConfig.PortBindings ?? {}) as Record<string, unknown>;
  const labels = (await wallet.call("listlabels")).filter((label) => label !== "");
  const addresses = await Promise.all(
    labels.map(
      async (label) =>
        [label, Object.keys(await wallet.call("getaddressesbylabel", [label]))] as const,
    ),
  );
  return {
    name,
    role,
    version,
    offers: {
      services: portNames.filter((name) => ports[`${containerPorts[name]}/tcp`] !== undefined),
      rest: Config.Cmd.includes(restArgument),
    },
    arguments: Config.Cmd.filter((argument) => !argument.startsWith("-rpcauth=")),
    baseImage,
    addresses: Object.fromEntries(addresses),
  };
}
