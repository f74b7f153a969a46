/** The keys of a crowd: peers without names that the swarm of the hosts places, restarts and moves. */
import * as z from "zod";

import { outbound } from "./connections.ts";
import { hostChoice } from "./host-schema.ts";
import { mostNodes } from "./most-nodes.ts";
import { argumentsSchema, imageSchema } from "./node-schema.ts";
import { integer, objectOf } from "./parts.ts";

export const crowdSchema = objectOf({
  replicas: integer(0, mostNodes).default(0).describe("How many there are; 0 is none."),
  connect: z
    .array(z.string("give the name of a node"), "give a list of names of nodes")
    .max(outbound, `give at most ${outbound} names of nodes: bitcoind dials no more`)
    .default([])
    .describe("Names of the nodes that each of them dials. Default: the first eight."),
  host: hostChoice.describe(
    "Name of the host that they are on, or labels of those that they may be on. Default: all hosts.",
  ),
  image: imageSchema.describe("Source of bitcoind, as of a node."),
  arguments: argumentsSchema.describe("Arguments of bitcoind, as of a node."),
});

export type GivenCrowd = z.output<typeof crowdSchema>;
