import * as pulumi from "@pulumi/pulumi";

import { unownedLabels } from "../engine/clean-up/owner.ts";
import { type Kind, label, stackLabels } from "../engine/labels.ts";
import type { Claim } from "./resources.ts";

type Labels = Record<string, pulumi.Input<string>>;

/** The labels of what a network makes. */
export interface NetworkLabels {
  readonly of: (kind: Kind, more?: Labels) => pulumi.Output<Record<string, string>>;
  /** A container has the labels of its image where it has none of its own: none of these may come from there. */
  readonly ofContainer: NetworkLabels["of"];
}

export function networkLabels({ stackId, stack }: Claim): NetworkLabels {
  const of: NetworkLabels["of"] = (kind, more = {}) =>
    pulumi
      .all([stackId, stack, more])
      .apply(([id, stack, more]) => ({ ...stackLabels(id, stack, kind), ...more }));
  return {
    of,
    ofContainer: (kind, more) =>
      of(kind, { ...unownedLabels, [label.stackId]: stackId, [label.node]: "", ...more }),
  };
}
