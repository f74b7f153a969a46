/** What is printed of a stack that was brought up. */
import type { PresentNetwork } from "../../stack/present.ts";
import type { BroughtUp } from "../../stack/update/bring-up.ts";
import { changesText } from "../../stack/update/changes.ts";
import { summary } from "./summary.ts";

export function upText({ updated, networks }: BroughtUp): string {
  const texts = networks.map(({ named, outputs, now }) => summary(named, outputs, now));
  return [changesText(updated), ...texts].join("\n");
}

/** For a program. */
export function upValues({ updated, networks }: BroughtUp): object {
  const values = networks.map((network) => [network.named, valuesOf(network)] as const);
  const [[, only] = ["", {}], ...others] = values;
  return {
    ...updated,
    ...(others.length === 0 ? only : { networks: Object.fromEntries(values) }),
  };
}

function valuesOf({ outputs, now }: PresentNetwork): object {
  const { endpoints, ports, rpcUser, chain, snapshots, containers } = outputs;
  const { height, minedSince, freshBlock } = now;
  return {
    ...{ height, minedSince, ...(freshBlock !== null && { freshBlock }) },
    ...{ endpoints, ports, rpcUser, chain, snapshots, containers },
  };
}
