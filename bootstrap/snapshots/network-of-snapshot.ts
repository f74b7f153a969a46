/** The nodes of a snapshot as config values, for a stack that starts from it. */
import type { Manifest, NodeManifest } from "./manifest-schema.ts";
import { type Offers, portArguments, portNames, restArgument } from "../nodes/node-ports.ts";
import { argumentProblem } from "../plan/settings/arguments.ts";
import { freePort, portKeyOf } from "../plan/settings/node-schema.ts";

/**
 * Values of the keys `nodes` and `connect`. The nodes offer what those of the snapshot did, at ports of
 * their own; wallets come with the snapshot.
 */
export function networkOf({ nodes, connect }: Manifest): {
  readonly nodes: readonly object[];
  readonly connect: readonly (readonly string[])[];
} {
  return {
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
