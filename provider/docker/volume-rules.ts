/** The properties of `docker:index/volume:Volume`. */
import type { types, VolumeArgs } from "@pulumi/docker";

import {
  labelFields,
  objectSet,
  refused,
  replaces,
  text,
  textMap,
  type InputsOf,
  type TableOf,
} from "./rules.ts";

export const volumeTable = {
  name: replaces(text({ computed: true })),
  driver: replaces(text({ computed: true })),
  driverOpts: replaces(textMap()),
  labels: replaces(objectSet<types.input.VolumeLabel>(labelFields)),
  cluster: refused("it is for the volumes of a swarm alone"),
} as const satisfies TableOf<VolumeArgs>;

export type VolumeInputs = InputsOf<VolumeArgs, typeof volumeTable>;
