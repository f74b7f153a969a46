/** docs/config.schema.json, by which editors check stack files: what the program's own schema says of lists. */
import * as z from "zod";

import { crowdSchema } from "../../bootstrap/plan/settings/crowd-schema.ts";
import { explorerSwitch } from "../../bootstrap/plan/settings/explorer-schema.ts";
import { hostsSchema } from "../../bootstrap/plan/settings/host-schema.ts";
import {
  connectSchema,
  fundSchema,
  nodesSchema,
} from "../../bootstrap/plan/settings/network-schema.ts";
import { servicesSchema } from "../../bootstrap/plan/settings/service-schema.ts";

/** As far as it is used here. */
export interface JsonSchema {
  readonly $schema?: string;
  readonly type?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly const?: string;
  readonly enum?: readonly string[];
  readonly anyOf?: readonly JsonSchema[];
  readonly items?: JsonSchema;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly maxProperties?: number;
  readonly required?: readonly string[];
}

/** What may be written for what the schema reads. */
export function jsonSchema(schema: z.ZodType): JsonSchema {
  return z.toJSONSchema(schema, { io: "input", target: "draft-7" }) as JsonSchema;
}

/** Key, what it is made of, what it means, and how its text begins where the command line writes it. */
const keys: readonly (readonly [string, z.ZodType, string, string?])[] = [
  ["nodes", nodesSchema, "Nodes. Empty means alice and miner, which mines."],
  ["connect", connectSchema, "Connections."],
  [
    "fund",
    fundSchema,
    "Payments, in this order. Empty means that Alice gets amount, if there is a node alice.",
  ],
  ["services", servicesSchema, "Containers beside the nodes that belong to the network."],
  [
    "explorer",
    explorerSwitch,
    "Esplora's API and an Electrum server as the service explorer.",
    "^\\s*\\{|^(true|false)$",
  ],
  ["hosts", hostsSchema, "Engines of one Docker swarm, its manager first. Empty means one engine."],
  ["crowd", crowdSchema, "Peers without names beside the nodes.", "^\\s*\\{"],
];

export function configSchema(): string {
  const json = {
    description: "The same as JSON text, as the command line writes it.",
    type: "string",
  };
  const properties = keys.map(([key, schema, description, pattern = "^\\s*\\["]) => [
    `regtest-network:${key}`,
    {
      description,
      anyOf: [
        { ...jsonSchema(schema), $schema: undefined },
        { ...json, pattern },
      ],
    },
  ]);
  return JSON.stringify({
    $schema: "http://json-schema.org/draft-07/schema#",
    title: "Stack file of regtest-network",
    description:
      "Checks Pulumi.STACK.yaml in an editor. The program checks more: names must be declared, funds must have matured.",
    type: "object",
    properties: {
      config: { type: "object", properties: Object.fromEntries(properties) as unknown },
    },
  });
}
