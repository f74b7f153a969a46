/** What a snapshot is of as config values, for a stack that starts from it. */
import { serviceDeclaration } from "../services/service.ts";
import type { TemporaryService } from "../services/temporary-services.ts";
import type { StoredSnapshot } from "./find.ts";
import type { NodeManifest, ServiceManifest } from "./manifest-schema.ts";
import { type Offers, portArguments, portNames, restArgument } from "../nodes/node-ports.ts";
import { argumentProblem } from "../plan/settings/arguments.ts";
import { freePort, portKeyOf } from "../plan/settings/node-schema.ts";

/**
 * Values of the keys `nodes`, `connect` and `services`. They offer what those of the snapshot did, at ports of
 * their own; wallets and what services keep come with the snapshot.
 */
export function networkOf({ manifest, images }: Pick<StoredSnapshot, "manifest" | "images">): {
  readonly nodes: readonly object[];
  readonly services: readonly object[];
  readonly connect: readonly (readonly string[])[];
} {
  const { nodes, services = [], connect } = manifest;
  return {
    services: services.map((service) => declared(service, images[service.name]?.image ?? "")),
    nodes: nodes.map((node) => {
      const { name, role } = node;
      const { ports, rest } = offersOf(node);
      const more = givenArguments(node);
      return {
        ...{ name, role },
        ...Object.fromEntries(ports.map((name) => [portKeyOf(name), freePort])),
        ...(rest && { rest }),
        ...(more.length > 0 && { arguments: more }),
      };
    }),
    connect,
  };
}

/** As it was declared, with its image in the snapshot. */
function declared(service: ServiceManifest, image: string): object {
  const { ports } = service;
  return {
    ...serviceDeclaration(service),
    image,
    ports: Object.fromEntries(
      ports.map(({ name, container, scheme }) => [name, { container, scheme }]),
    ),
  };
}

/** The arguments that a person gave the node. The others are the project's own, and come by themselves. */
export function givenArguments({ arguments: all }: NodeManifest): string[] {
  return all.filter((argument) => argumentProblem(argument) === undefined);
}

/** What the node published beside RPC. Of a snapshot of version 0.1 its arguments tell, but for P2P, which needs none. */
export function offersOf({ offers, arguments: all }: NodeManifest): Offers {
  if (offers !== undefined) return { ports: offers.services, rest: offers.rest };
  return {
    ports: portNames.filter((name) => {
      const own = portArguments[name];
      return own.length > 0 && own.every((argument) => all.includes(argument));
    }),
    rest: all.includes(restArgument),
  };
}

/** Its services, to be made from it with what they keep in it. */
export function servicesOf({ manifest, images }: StoredSnapshot): TemporaryService[] {
  return (manifest.services ?? []).map((declared) => ({
    declared,
    image: images[declared.name]?.id ?? "",
    restores: true,
  }));
}
