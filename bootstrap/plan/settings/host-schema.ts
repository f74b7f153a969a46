/** The keys of a host: an engine of the swarm that the network is on. */
import * as z from "zod";

import { addressAllowed, addressPattern, loopback } from "../../../engine/host.ts";
import { nodeNamePattern } from "../../nodes/node.ts";
import { mostNodes } from "./most-nodes.ts";
import { integer, matching, objectOf } from "./parts.ts";

const nameAllowed = 'give at most 32 of a-z and 0-9, a letter first, with single "-" between them';

const enginePattern = /^(?:unix|npipe|tcp|https?|ssh):\/\/[\x20-\x7e]+$/;
const engineAllowed =
  "give the URL of an engine, such as ssh://user@machine, tcp://machine:2376 or unix:///path";

const labelAllowed = "give names of at most 63 of a-z, A-Z, 0-9, ., _, - and /";
const labels = z.record(
  matching(/^[\w./-]{1,63}$/, labelAllowed),
  z.string("give a text").min(1, "give a text"),
  "give an object of texts",
);

export const hostSchema = objectOf({
  name: matching(nodeNamePattern, nameAllowed).describe(
    "Name of the host, for host of a node or service. At most 32 of a-z, 0-9 and single -, starting with a letter.",
  ),
  engine: matching(enginePattern, engineAllowed)
    .optional()
    .describe(
      "URL of its Docker engine: ssh://, tcp:// or unix://. Default, for the first host alone: the engine that all commands work with.",
    ),
  certPath: z
    .string("give the path of a folder with ca.pem, cert.pem and key.pem")
    .min(1, "give the path of a folder with ca.pem, cert.pem and key.pem")
    .optional()
    .describe("Folder with ca.pem, cert.pem and key.pem, for an engine behind TLS."),
  address: matching(addressPattern, addressAllowed)
    .optional()
    .describe(
      `Host name or address at which its ports are reached. Setting it allows unencrypted RPC there. Default: ${loopback}, over SSH where the engine is.`,
    ),
  capacity: integer(1, mostNodes)
    .optional()
    .describe("Most nodes that are placed there. Default: as many as its memory allows."),
  labels: labels.optional().describe("Name to text, such as { disk: ssd }, for host elsewhere."),
});

const choiceAllowed = "give the name of a host, or labels that it has, such as { disk: ssd }";

/** The host that something is on: its name, or labels of those that it may be on. */
export const hostChoice = z
  .union(
    [
      z.string(choiceAllowed),
      labels
        .refine((given) => Object.keys(given).length > 0, choiceAllowed)
        .meta({ minProperties: 1 }),
    ],
    choiceAllowed,
  )
  .optional();

export type HostChoice = z.output<typeof hostChoice>;

export type GivenHost = z.output<typeof hostSchema>;

const listAllowed = "give a list of hosts, each with a name";

export const hostsSchema = z.array(hostSchema, listAllowed).max(64, listAllowed);
