/** The key `explorer`: whether the network has one as a service, and how. */
import * as z from "zod";

import { loopback } from "../../../engine/host.ts";
import { hostChoice } from "./host-schema.ts";
import { freePort } from "./node-schema.ts";
import { integer, objectOf } from "./parts.ts";

const hostPort = z
  .union(
    [integer(1, 65535, "give a port from 1 to 65535"), z.literal(freePort)],
    `give a port from 1 to 65535 on ${loopback}, or ${freePort}`,
  )
  .default(freePort);

export const explorerSchema = objectOf({
  node: z
    .string("give the name of a node")
    .optional()
    .describe("Node whose chain and mempool are served. Default: the first."),
  host: hostChoice.describe(
    "Name of the host that it is on, or labels of one. Default: the first.",
  ),
  ports: objectOf({
    http: hostPort.describe(`Port on ${loopback} for Esplora's API.`),
    electrum: hostPort.describe(`Port on ${loopback} for the Electrum protocol.`),
  })
    .prefault({})
    .describe(`Ports on ${loopback}. Default: free ones, kept until the stack is down.`),
  limits: objectOf({
    transactions: integer(1, 100_000_000)
      .optional()
      .describe("Transactions of chain and mempool. Default: 1000000."),
    megabytes: integer(1, 1_048_576).optional().describe("Memory of the index. Default: 1000."),
  })
    .prefault({})
    .describe("What it may hold. A larger chain is refused with a message."),
});

export type GivenExplorer = z.output<typeof explorerSchema>;

const allowed = `give true, false, or an object with ${Object.keys(explorerSchema.shape).join(", ")}`;

/** Undefined: there is none. */
export const explorerSwitch = z
  .union([z.boolean(), explorerSchema], allowed)
  .transform((given): GivenExplorer | undefined =>
    typeof given === "boolean" ? (given ? explorerSchema.parse({}) : undefined) : given,
  )
  .prefault(false);
