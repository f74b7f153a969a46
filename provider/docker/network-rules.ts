/** The properties of `docker:index/network:Network`. */
import type { NetworkArgs, types } from "@pulumi/docker";

import {
  flag,
  labelFields,
  objectSet,
  refused,
  replaces,
  text,
  textMap,
  type InputsOf,
  type TableOf,
} from "./rules.ts";

export const networkTable = {
  name: replaces(text()),
  driver: replaces(text({ computed: true })),
  options: replaces(textMap({ computed: true })),
  internal: replaces(flag({ computed: true })),
  attachable: replaces(flag()),
  ipv6: replaces(flag()),
  ipamDriver: replaces(text({ default: "default" })),
  ipamOptions: replaces(textMap()),
  ipamConfigs: replaces(
    objectSet<types.input.NetworkIpamConfig>(
      { subnet: text(), ipRange: text(), gateway: text(), auxAddress: textMap() },
      { computed: true },
    ),
  ),
  labels: replaces(objectSet<types.input.NetworkLabel>(labelFields)),
  ingress: refused("it is for the routing mesh of a swarm alone"),
} as const satisfies TableOf<NetworkArgs>;

export type NetworkInputs = InputsOf<NetworkArgs, typeof networkTable>;
