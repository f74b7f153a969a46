/** The keys of a node: what they mean, what is allowed, and what they are when nobody gives them. */
import * as z from "zod";

import { loopback } from "../../../engine/host.ts";
import { nodeNamePattern } from "../../nodes/node.ts";
import type { PortName } from "../../nodes/node-ports.ts";
import { argumentPattern, argumentProblem, ownArguments } from "./arguments.ts";
import { autoMinerName } from "./auto-miner-name.ts";
import { hostChoice } from "./host-schema.ts";
import { isReference, referencePattern } from "./image-reference.ts";
import { integer, matching, objectOf } from "./parts.ts";

/** In place of a port: any that is free. */
export const freePort = "free";

/** In every container localhost means the container itself. */
export const reservedNames = ["localhost", autoMinerName];

/** A folder's name on every file system, and nothing that has to be quoted in a shell or a URL. */
const walletPattern = /^[A-Za-z0-9](?:[A-Za-z0-9._-]{0,62}[A-Za-z0-9])?$/;

/** As in 29.0, 28.1.1 or 30.0rc1. */
const versionPattern = /^\d{1,3}\.\d{1,3}(?:\.\d{1,3})?(?:rc\d{1,2})?$/;

export const memberNameAllowed =
  'give at most 32 of a-z and 0-9, a letter first, with single "-" between them, and not localhost or auto-miner';

const portAllowed = `give a port from 1 to 65535, or ${freePort}`;
const port = z.union([integer(1, 65535, portAllowed), z.literal(freePort)], portAllowed).optional();

const image = z.union(
  [
    z.literal("debian"),
    objectOf({
      core: matching(versionPattern, 'give a version in quotes, such as "29.0"')
        .describe("A version in quotes.")
        .optional(),
      external: z
        .string("give the reference of an image")
        .refine(isReference, "give the reference of an image")
        .meta({ pattern: referencePattern.source })
        .describe("Reference of the image; a digest pins it.")
        .optional(),
    })
      .superRefine(({ core, external }, context) => {
        if (context.issues.length === 0 && (core === undefined) === (external === undefined))
          context.addIssue("give one of core and external, or debian");
      })
      .meta({ minProperties: 1, maxProperties: 1 }),
  ],
  "give debian, or an object with core or external",
);

const wallets = z
  .array(
    matching(
      walletPattern,
      'give at most 64 of A-Z, a-z and 0-9, with ".", "_" or "-" between them',
    ),
    "give a list of names",
  )
  .superRefine((names, context) => {
    names.forEach((name, index) => {
      const first = names.indexOf(name);
      if (first < index)
        context.addIssue({ code: "custom", path: [index], message: `it is in the list already` });
    });
  })
  .meta({ uniqueItems: true });

const argument = z
  .string("give it as bitcoind takes it, -name or -name=value")
  .superRefine((text, context) => {
    const message = argumentProblem(text);
    if (message !== undefined) context.addIssue({ code: "custom", message });
  })
  .meta({
    pattern: argumentPattern.source,
    not: { pattern: `^-(no)?(${[...ownArguments].join("|")})(=|$)` },
  });

export const imageSchema = image.default("debian");

export const argumentsSchema = z
  .array(argument, "give a list of arguments of bitcoind, each as -name=value")
  .default([]);

export const nodeSchema = objectOf({
  name: matching(nodeNamePattern, memberNameAllowed)
    .refine((name) => !reservedNames.includes(name), memberNameAllowed)
    .meta({ not: { enum: reservedNames } })
    .describe(
      "Name of host, container (after prefix), snapshot image and wallet. At most 32 of a-z, 0-9 and single -, starting with a letter.",
    ),
  role: z
    .enum(["miner", "peer"], "give miner or peer")
    .default("peer")
    .describe("One node mines and pays; the others are peers."),
  image: imageSchema.describe(
    "Source of bitcoind: Debian, a Bitcoin Core release, or any image that contains bitcoind.",
  ),
  host: hostChoice.describe(
    "With hosts: the name of its host, or labels that the host must have. Default: one of them by a hash of both names.",
  ),
  rpcPort: port.describe(
    `Port on ${loopback} for JSON-RPC. Default: aliceRpcPort and minerRpcPort for alice and miner; for others a free one from 20000 to 32767, kept until the stack is down.`,
  ),
  p2pPort: port.describe(`Port on ${loopback} for other peers. Default: not published.`),
  zmqPort: port.describe(`Port on ${loopback} for ZMQ, all topics. Default: not published.`),
  zmqBlockPort: port.describe(
    `Port on ${loopback} for ZMQ, only rawblock and hashblock. Default: not published.`,
  ),
  zmqTxPort: port.describe(
    `Port on ${loopback} for ZMQ, only rawtx and hashtx. Default: not published.`,
  ),
  rest: z
    .boolean("give true or false")
    .default(false)
    .describe("Also serve REST on the RPC port, below /rest/, without a password."),
  wallets: wallets
    .default([])
    .describe(
      "Further wallets beside the one named like the node; bitcoin-cli then needs -rpcwallet=NAME and a URL /wallet/NAME.",
    ),
  arguments: argumentsSchema.describe(
    "Arguments of bitcoind, such as -maxmempool=20. Those that the project sets itself, such as -rpcauth, are rejected.",
  ),
}).superRefine(({ name, wallets }, context) => {
  const index = wallets.indexOf(name);
  if (index < 0) return;
  const message = "every node has a wallet of its own name already";
  context.addIssue({ code: "custom", path: ["wallets", index], message });
});

export type GivenNode = z.output<typeof nodeSchema>;

/** The config key of a node that asks for the port. */
export function portKeyOf<T extends PortName>(name: T): `${T}Port` {
  return `${name}Port`;
}
