/** The nodes of a snapshot as config values, for a stack that starts from it. */
import type { Manifest, NodeManifest } from "../bootstrap/snapshots/manifest.ts";
import { argumentProblem } from "./arguments.ts";

/** Values of the keys `nodes` and `connect`. The nodes get ports of their own; wallets come with the snapshot. */
export function networkOf({ nodes, connect }: Manifest): {
  readonly nodes: readonly object[];
  readonly connect: readonly (readonly string[])[];
} {
  return {
    nodes: nodes.map((node) => {
      const { name, role } = node;
      const more = givenArguments(node);
      return { name, role, ...(more.length > 0 && { arguments: more }) };
    }),
    connect,
  };
}

/** The arguments that a person gave the node. The others are the project's own, and come by themselves. */
export function givenArguments({ arguments: all }: NodeManifest): string[] {
  return all.filter((argument) => argumentProblem(argument) === undefined);
}
