/** Forgetting what is on a host whose engine will not come back, so that an update makes it elsewhere. */
import type { HostInput } from "../../engine/engine-input.ts";
import type { RecordedResource } from "../../provider/regtest/state-file.ts";
import type { Environment } from "../../toolchain/ensure.ts";
import { changeState, type Exported, type StackState } from "../stack-state.ts";
import { silenceOfHost } from "./silent-hosts.ts";

/** What of a recorded resource says where it is. */
interface Placed extends RecordedResource {
  readonly provider?: string;
  readonly dependencies?: readonly string[];
  readonly propertyDependencies?: Readonly<Record<string, readonly string[] | null>>;
  readonly inputs?: Readonly<Record<string, unknown>>;
}

/**
 * Takes all that is on the host out of the stack's state. On the host itself nothing is touched.
 * @throws Error when no network of the stack is on such a host, it is the first of one, or its engine answers
 */
export async function giveUpHost(
  environment: Environment,
  { stack, networks }: StackState,
  host: string,
): Promise<void> {
  const hosts = networks.flatMap(({ claim }) => claim.engine?.hosts ?? []);
  const own = hosts.find(({ name }) => name === host);
  if (own === undefined) {
    const names = hosts.map(({ name }) => name).join(", ");
    throw new Error(
      `stack ${stack} is on no host ${host}${names === "" ? "" : `; its hosts are ${names}`}`,
    );
  }
  if (networks.some(({ claim }) => claim.engine?.hosts?.[0]?.name === host))
    throw new Error(
      `host ${host} is the first, with the images and snapshots of stack ${stack}: nothing goes on without it`,
    );
  if ((await silenceOfHost(own)) === undefined)
    throw new Error(
      `host ${host} answers, so there is nothing to give up: place what is on it on other hosts, and run npm run up`,
    );
  await changeState(environment, stack, (state) => {
    const exported = JSON.parse(state) as Exported;
    const { deployment } = exported;
    const resources = withoutHost(deployment.resources ?? [], host);
    return JSON.stringify({ ...exported, deployment: { ...deployment, resources } });
  });
}

/**
 * The resources without those on the host, and without its name in what the others record.
 * @internal
 */
export function withoutHost(resources: readonly Placed[], host: string): Placed[] {
  const gone = new Set(resources.filter((resource) => isOn(resource, host)).map(({ urn }) => urn));
  return resources
    .filter(({ urn }) => !gone.has(urn))
    .map(({ dependencies, propertyDependencies, inputs, outputs, ...resource }) => ({
      ...resource,
      ...(inputs && { inputs: unplaced(inputs, host, resource.type) }),
      ...(outputs && { outputs: unplaced(outputs, host, resource.type) }),
      ...(dependencies && { dependencies: dependencies.filter((urn) => !gone.has(urn)) }),
      ...(propertyDependencies && {
        propertyDependencies: Object.fromEntries(
          Object.entries(propertyDependencies).map(([key, urns]) => [
            key,
            urns?.filter((urn) => !gone.has(urn)) ?? null,
          ]),
        ),
      }),
    }));
}

/** Its Docker provider, what that made, and what was brought there. */
function isOn({ urn, type, provider = "", inputs = {} }: Placed, host: string): boolean {
  const ofProvider = `-engine-${host}`;
  if (type === "pulumi:providers:docker") return urn.endsWith(ofProvider);
  if (["regtest:index:HostImage", "regtest:index:ServiceState"].includes(type))
    return inputs["host"] === host;
  return provider.split("::").at(-2)?.endsWith(ofProvider) === true;
}

/** A claim no longer has the nodes and services that were there; the others find their containers gone, and see to it. */
function unplaced<T extends Readonly<Record<string, unknown>>>(
  properties: T,
  host: string,
  type: string,
): T {
  const { engine, nodes, services } = properties as {
    readonly engine?: { readonly hosts?: readonly HostInput[] };
    readonly nodes?: readonly { readonly host?: string }[];
    readonly services?: readonly { readonly host?: string }[];
  };
  return {
    ...properties,
    ...(engine?.hosts && {
      engine: { ...engine, hosts: engine.hosts.filter(({ name }) => name !== host) },
    }),
    ...(type === "regtest:index:Claim" && {
      nodes: nodes?.filter((node) => node.host !== host),
      ...(services && { services: services.filter((service) => service.host !== host) }),
    }),
  };
}
