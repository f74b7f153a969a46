/** Types as a plugin's schema has them (https://www.pulumi.com/docs/iac/extending-pulumi/schema/). */
export interface SchemaType {
  readonly type?: "string" | "integer" | "boolean" | "array" | "object";
  readonly $ref?: string;
  readonly items?: SchemaType;
  readonly additionalProperties?: SchemaType;
  readonly secret?: boolean;
  readonly description?: string;
}

export type SchemaProperties = Readonly<Record<string, SchemaType>>;

/** A resource in a schema. */
export interface SchemaResource {
  readonly description: string;
  readonly isComponent?: boolean;
  readonly inputProperties: SchemaProperties;
  /** The outputs, inputs among them. */
  readonly properties: SchemaProperties;
  readonly required?: readonly string[];
}

/** Anything that JSON can hold. */
export const any: SchemaType = { $ref: "pulumi.json#/Any" };
export const text: SchemaType = { type: "string" };
export const integer: SchemaType = { type: "integer" };
export const boolean: SchemaType = { type: "boolean" };

export function listOf(items: SchemaType): SchemaType {
  return { type: "array", items };
}
