/** What a manifest must look like, wherever it comes from: one that was brought here may say anything. */
import * as z from "zod";

import type { ChainFacts } from "../chain/facts.ts";
import type { Mempools } from "../chain/mempools.ts";
import { genesisTime, lastTime } from "../clock/mocktime.ts";
import { nodeNamePattern, type Role } from "../nodes/node.ts";
import { type PortName, portNames } from "../nodes/node-ports.ts";
import type { Edge } from "../nodes/peers.ts";
import type { Funded } from "../payments/funding.ts";
import type { ServiceDeclaration } from "../services/service.ts";

/** Versions of the manifest's format: 2 is that of a network with services. A reader refuses any other. */
export const manifestFormats = [1, 2] as const;

export interface Manifest {
  readonly format: (typeof manifestFormats)[number];
  /** Name of the snapshot. */
  readonly snapshot: string;
  readonly chain: "regtest";
  /** ISO 8601, UTC. */
  readonly created: string;
  readonly nodes: readonly NodeManifest[];
  /** Who is connected to whom. */
  readonly connect: readonly Edge[];
  readonly facts: ChainFacts;
  /** Height of the chain that the bootstrap made; blocks above it are people's. Missing where nobody said so. */
  readonly bootstrapped?: number | undefined;
  /** Seconds since 1970 that the clocks were set to; missing where they were not, and in older snapshots. */
  readonly clock?: number | undefined;
  /** Unconfirmed transactions that it holds; missing where there are none, and in older snapshots. */
  readonly mempools?: Mempools | undefined;
  /** Who was paid by the bootstrap, where, and by which transaction. */
  readonly funded: readonly Funded[];
  /** Containers beside the nodes; missing where there are none. */
  readonly services?: readonly ServiceManifest[] | undefined;
}

/** A service as it was declared, without what differs from network to network: templates stand for that. */
export interface ServiceManifest extends ServiceDeclaration {
  /** As a node's. */
  readonly baseImage: string;
}

export interface NodeManifest {
  readonly name: string;
  readonly role: Role;
  /** bitcoind's version, as in 290400. */
  readonly version: number;
  /** Arguments of bitcoind beside its configuration file, without credentials. */
  readonly arguments: readonly string[];
  /** What it published beside RPC: `services` are the names of ports. Missing in snapshots up to version 0.1. */
  readonly offers?: { readonly services: readonly PortName[]; readonly rest: boolean } | undefined;
  /** Id of the image with the node's programs, which its image in the snapshot is built on. */
  readonly baseImage: string;
  /** Label → addresses, of the node's own wallet. */
  readonly addresses: Readonly<Record<string, readonly string[]>>;
}

/** All that has an image in it: its nodes, and then its services. */
export function membersOf({
  nodes,
  services = [],
}: Manifest): readonly Pick<NodeManifest, "name" | "baseImage">[] {
  return [...nodes, ...services];
}

/** Neither control characters nor what turns the direction of text: it is printed. */
const text = z
  .string()
  .max(4_096)
  .regex(/^[^\p{Cc}\u202a-\u202e\u2066-\u2069]*$/u, "has control characters");
const nodeName = z.string().regex(nodeNamePattern, "is not a node name");
const hash = z.string().regex(/^[0-9a-f]{64}$/, "is not a hash of 64 hexadecimal digits");
const btc = z.string().regex(/^\d{1,8}(?:\.\d{1,8})?$/, "is not an amount in BTC");
const height = z.int().min(0).max(2_147_483_647);

const imageId = z.string().regex(/^sha256:[0-9a-f]{64}$/, "is not an image id");
/** Texts that are used, and not printed. */
const longText = z.string().max(65_536);
const texts = z.array(longText).max(1_000);
const textByName = z.record(z.string().min(1).max(4_096), longText);
const absolutePath = z
  .string()
  .max(4_096)
  .regex(/^(?!.*\/\.\.?(?:\/|$))(?:\/[^/\p{Cc}]+)+$/u, "is not an absolute path");
const port = z.int().min(1).max(65_535);
const seconds = z.int().min(1).max(3_600);

const serviceSchema: z.ZodType<ServiceManifest> = z.object({
  name: nodeName,
  entrypoint: texts.optional(),
  command: texts,
  environment: textByName,
  files: z.record(absolutePath, longText),
  user: text.optional(),
  ports: z.array(
    z.object({
      name: text,
      container: port,
      scheme: z.enum(["http", "https", "tcp"]),
      host: z.undefined().optional(),
    }),
  ),
  follows: z.array(nodeName),
  state: z.array(absolutePath),
  ready: z
    .union([
      z.strictObject({ port: text }),
      z.strictObject({ http: text, path: text, contains: text.optional() }),
      z.strictObject({ log: text }),
      z.strictObject({ command: texts }),
    ])
    .optional(),
  afterStart: texts.optional(),
  startTimeout: seconds,
  stopTimeout: seconds,
  memory: z.int().min(1).optional(),
  cpus: z.number().positive().optional(),
  confined: z.boolean().optional(),
  mines: z.undefined().optional(),
  baseImage: imageId,
});

const schema: z.ZodType<Manifest> = z
  .object({
    format: z.literal(manifestFormats),
    snapshot: text,
    chain: z.literal("regtest"),
    created: z.iso.datetime(),
    nodes: z
      .array(
        z.object({
          name: nodeName,
          role: z.enum(["miner", "peer"]),
          version: z.int().min(0).max(99_999_999),
          arguments: z.array(text.startsWith("-")),
          offers: z.object({ services: z.array(z.enum(portNames)), rest: z.boolean() }).optional(),
          baseImage: imageId,
          addresses: z.record(text, z.array(text)),
        }),
      )
      .min(1)
      .refine((nodes) => new Set(nodes.map(({ name }) => name)).size === nodes.length, {
        error: "name a node twice",
        abort: true,
      }),
    connect: z.array(z.tuple([nodeName, nodeName])),
    facts: z.object({
      height,
      tip: hash,
      muhash: hash,
      wallets: z.record(nodeName, z.record(text, btc)),
      peers: z.record(nodeName, z.array(nodeName)),
    }),
    bootstrapped: height.optional(),
    clock: z.int().min(genesisTime).max(lastTime).optional(),
    mempools: z.record(nodeName, z.object({ count: z.int().min(1), digest: hash })).optional(),
    funded: z.array(
      z.object({ node: nodeName, label: text, amount: btc, address: text, txid: hash }),
    ),
    services: z.array(serviceSchema).optional(),
  })
  .superRefine(({ nodes, services = [], connect, facts }, context) => {
    const names = new Set(nodes.map(({ name }) => name));
    const members = [...names, ...services.map(({ name }) => name)];
    const refuse = (path: string[], message: string): void => {
      context.addIssue({ code: "custom", path, message });
    };
    if (new Set(members).size < members.length) refuse(["services"], "name a member twice");
    for (const fact of ["wallets", "peers"] as const) {
      const told = Object.keys(facts[fact]);
      if (told.length !== names.size || !told.every((name) => names.has(name)))
        refuse(["facts", fact], "are not those of its nodes");
    }
    if (![...connect, ...Object.values(facts.peers)].flat().every((name) => names.has(name)))
      refuse(["connect"], "has a node that it does not name");
  });

/**
 * The manifest without what no manifest has.
 * @throws Error that names what is wrong with it
 */
export function checkedManifest(value: unknown): Manifest {
  const { success, data, error } = schema.safeParse(value);
  if (success) return data;
  throw new Error(problemsOf(error));
}

/** How many problems an error names: what is something else altogether has very many. */
const toldProblems = 5;

/**
 * As `facts.height Invalid input: expected number, received string`.
 * @internal
 */
export function problemsOf({ issues }: z.ZodError): string {
  const told = issues
    .slice(0, toldProblems)
    .map(({ path, message }) => `${z.core.toDotPath(path)} ${message}`.trim());
  const more = issues.length - told.length;
  return told.join("; ") + (more > 0 ? `; and ${more} more` : "");
}
