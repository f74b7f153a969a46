/**
 * What a network is declared to be: the keys, what is allowed, and what they are when nobody gives them. From
 * here come the types, the messages, the defaults, and what an editor knows (docs/config.schema.json).
 */
import * as z from "zod";

import { parseDuration, readSeconds, secondsAllowed } from "../../../base/duration.ts";
import { parseTime } from "../../clock/mocktime.ts";
import { firstMatureHeight } from "../../payments/subsidy.ts";
import { shapeNames } from "./connections.ts";
import { crowdSchema } from "./crowd-schema.ts";
import { isReference, isRepository } from "./image-reference.ts";
import { explorerSwitch } from "./explorer-schema.ts";
import { hostsSchema } from "./host-schema.ts";
import type { NetworkArgs } from "./network-args.ts";
import { mostNodes } from "./most-nodes.ts";
import { nodeSchema } from "./node-schema.ts";
import { integer, matching, secondsAs } from "./parts.ts";
import { amountSchema, paymentSchema } from "./payment-schema.ts";
import { servicesSchema } from "./service-schema.ts";

/** Enough for any test, and few enough that mining them takes seconds. */
const mostBlocks = 10_000;
/** Of a path, in characters: Linux' own limit. */
const longestPath = 4_096;
/** What servers take of a URL, with room for a release's path. */
const longestUrl = 2_000;
/** A node's name in bytes plus this stays far below the 63 of a host name (RFC 1123). */
const longestPrefix = 40;
/**
 * Docker's rule for a path component of an image reference, the strictest of those the prefix goes
 * into, with a separator allowed at its end.
 */
const prefixPattern = /^(?:[a-z0-9]+(?:\.|_{1,2}|-+))*[a-z0-9]*$/;
/** A colon would end it in the header that carries it with the password; libevent takes 8 KiB of headers. */
const userPattern = /^[\x21-\x39\x3b-\x7e]{1,64}$/;
/** In the header that carries it, each may become four bytes and a half. */
const passwordPattern = /^\P{Cc}{0,256}$/u;
/**
 * What looks the same must be the same: no characters with several encodings, none that cannot be
 * seen. Far longer than any seed needs to be.
 */
const seedPattern = /^[\x21-\x7e](?:[\x20-\x7e]{0,254}[\x21-\x7e])?$/;

const prefixAllowed = `give at most ${longestPrefix} of a-z and 0-9, with single ".", "_" or "-" after them (Docker's rule for image names)`;
const baseAllowed = "give the reference of an image, such as debian:forky-slim, or nothing";
const registryAllowed =
  "give a repository without scheme and tag, such as registry.example:5000/regtest, or nothing";
const urlAllowed = `give an http or https URL of at most ${longestUrl} characters`;

/** What `nodes: []` stands for. */
export const walkThroughNodes = [{ name: "alice" }, { name: "miner", role: "miner" }];

export const nodesSchema = z
  .array(nodeSchema, `give a list of at most ${mostNodes} nodes, each with a name`)
  .max(mostNodes, `give a list of at most ${mostNodes} nodes, each with a name`);

export const connectSchema = z.union(
  [
    z.enum(shapeNames),
    z.array(
      z
        .array(z.string("give the name of a node"), "give the names of two nodes")
        .length(2, "give the names of two nodes")
        .meta({ uniqueItems: true })
        .describe("The names of two nodes."),
    ),
  ],
  `give ${shapeNames.join(", ")}, or a list of pairs of names`,
);

export const fundSchema = z.array(
  paymentSchema,
  `give a list of payments, each with ${Object.keys(paymentSchema.shape).join(", ")}`,
);

/** Each key by itself. "" is none. */
export const networkSchema = z.strictObject({
  rpcUser: matching(
    userPattern,
    "give 1 to 64 printable ASCII characters, no space and no colon",
  ).default("user"),
  rpcPassword: matching(
    passwordPattern,
    "give at most 256 characters, none of them a control character, such as a line end behind it",
  ).default(""),
  aliceRpcPort: integer(1, 65535, "give a port from 1 to 65535").default(18332),
  minerRpcPort: integer(1, 65535, "give a port from 1 to 65535").default(18342),
  nodes: nodesSchema
    .transform((nodes) =>
      nodes.length > 0 ? nodes : walkThroughNodes.map((node) => nodeSchema.parse(node)),
    )
    .prefault([]),
  connect: connectSchema.default("mesh"),
  fund: fundSchema.prefault([]),
  services: servicesSchema.prefault([]),
  explorer: explorerSwitch,
  hosts: hostsSchema.prefault([]),
  registry: z
    .string(registryAllowed)
    .refine((text) => text === "" || isRepository(text), registryAllowed)
    .default(""),
  crowd: crowdSchema.prefault({}),
  encryptOverlay: z.boolean("give true or false").default(false),
  start: z.enum(["genesis", "snapshot"], "give genesis or snapshot").default("genesis"),
  snapshot: z.string("give the name of a snapshot").default(""),
  blocks: integer(firstMatureHeight, mostBlocks).default(101),
  amount: amountSchema.prefault("30"),
  confirmations: integer(0, mostBlocks).default(6),
  scenario: matching(
    new RegExp(`^\\P{Cc}{0,${longestPath}}$`, "u"),
    `give a path of at most ${longestPath} characters, none of them a control character`,
  ).default(""),
  walletSeed: matching(
    seedPattern,
    "give 1 to 256 printable ASCII characters, no space at either end",
  ).default("regtest-network"),
  reproducible: z.boolean("give true or false").default(true),
  mockTime: secondsAs(
    parseTime,
    "give seconds since 1970, a date such as 2025-01-01, or 2025-01-01T12:00:00Z",
  ),
  blockSpacing: secondsAs(readSeconds, `give ${secondsAllowed}`),
  autoMine: secondsAs(
    withinADay,
    "give whole seconds, minutes or hours up to a day, such as 10s, 5m or 1h",
  ),
  freshBlock: z.boolean("give true or false").default(false),
  prefix: matching(prefixPattern, prefixAllowed).max(longestPrefix, prefixAllowed).default(""),
  baseImage: z
    .string(baseAllowed)
    .refine((text) => text === "" || isReference(text), baseAllowed)
    .default(""),
  coreDownloadBase: z
    .string(urlAllowed)
    .refine(isHttpUrl, urlAllowed)
    .default("https://bitcoincore.org/bin"),
  keepSnapshots: z.boolean("give true or false").default(false),
  timeout: integer(1, 3600).default(60),
});

export type CheckedKeys = z.output<typeof networkSchema>;
export type { NetworkArgs };

type Input = z.input<typeof networkSchema>;

/** Without `readonly`, which what the schema takes does not have. */
type Writable<T> = { -readonly [Key in keyof T]: Writable<T[Key]> };

type Element<List> = NonNullable<List> extends readonly (infer One)[] ? One : never;
type KeysOf<Args extends { nodes?: unknown; fund?: unknown }> = readonly [
  keyof Args,
  keyof Element<Args["nodes"]>,
  keyof Element<Args["fund"]>,
];
/** The keys of types that agree with the schema; the compiler refuses all others. */
type Agreeing<Args extends Input> = [KeysOf<Args>, KeysOf<Input>] extends [
  KeysOf<Input>,
  KeysOf<Args>,
]
  ? keyof Args
  : "the keys are not those of the schema";

/** The keys, in the order of Pulumi.yaml. */
export const networkKeys = Object.keys(networkSchema.shape) as Agreeing<Writable<NetworkArgs>>[];

/** What each key is when nobody gives it. */
export const defaultArgs = Object.fromEntries(
  Object.entries(networkSchema.shape).map(([key, { def }]) => [key, def.defaultValue]),
) as unknown as Required<NetworkArgs>;

/** Seconds from 1 to a day. */
function withinADay(text: string): number | undefined {
  const seconds = parseDuration(text);
  return seconds !== undefined && seconds >= 1 && seconds <= 86_400 ? seconds : undefined;
}

function isHttpUrl(text: string): boolean {
  // Spaces and line ends at either end the parser takes off, and control characters within.
  const plain = /^[\x21-\x7e]*$/.test(text) && text.length <= longestUrl;
  return plain && URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);
}
