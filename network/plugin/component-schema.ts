/** The component as `pulumi package add` reads it, to make an SDK in another language. */
import * as z from "zod";

import {
  any,
  boolean,
  integer,
  listOf,
  type SchemaType,
  text,
} from "../../provider/server/schema-types.ts";
import { networkSchema } from "../../bootstrap/plan/settings/network-schema.ts";

export const componentType = "regtest-network:index:RegtestNetwork";
export const componentVersion = "0.1.0";

const byNode = (additionalProperties: SchemaType, description: string): SchemaType => ({
  type: "object",
  additionalProperties,
  description: `Node's name → ${description}`,
});

const outputs: Readonly<Record<string, SchemaType>> = {
  networkName: { ...text, description: "Name of the Docker network, for containers that join it." },
  endpoints: byNode(text, "URL of its RPC on the engine's host, without credentials."),
  internalUrls: byNode(text, "URL of its RPC for containers on the network."),
  ports: byNode(any, "what it offers beside RPC → where."),
  services: {
    type: "object",
    additionalProperties: any,
    description: "Service's name → port's name → its URL on the engine's host.",
  },
  rpcUser: text,
  rpcPassword: { ...text, secret: true },
  chain: { ...any, description: "Height, tip, balances and payments of the declared chain." },
  snapshots: byNode(any, "its image in the network's snapshot."),
  containers: byNode(any, "its container and volume, and its address on the network."),
};

/** Of each argument: what may take several forms is any value, and the component itself checks it. */
export function componentSchema(): object {
  const { properties = {} } = z.toJSONSchema(networkSchema, {
    io: "input",
    unrepresentable: "any",
  });
  const keys = Object.entries(properties).filter(([key]) => key !== "start" && key !== "snapshot");
  const inputs = [["from", text], ...keys.map(([key, schema]) => [key, inputType(key, schema)])];
  return {
    name: "regtest-network",
    version: componentVersion,
    description: "A Bitcoin regtest network in Docker, funded and snapshotted.",
    resources: {
      [componentType]: {
        isComponent: true,
        inputProperties: Object.fromEntries(inputs) as unknown,
        properties: outputs,
        required: Object.keys(outputs),
      },
    },
    language: { nodejs: { respectSchemaVersion: true }, python: { respectSchemaVersion: true } },
  };
}

function inputType(key: string, schema: z.core.JSONSchema.JSONSchema | boolean): SchemaType {
  const { type } = typeof schema === "boolean" ? {} : schema;
  switch (type) {
    case "string":
      return key === "rpcPassword" ? { ...text, secret: true } : text;
    case "integer":
      return integer;
    case "boolean":
      return boolean;
    case "array":
      return listOf(any);
  }
  return any;
}
