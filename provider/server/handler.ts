/**
 * A resource of a provider plugin, as the plugin server sees it: six verbs on property bags.
 * The server speaks gRPC with the Pulumi engine, a handler speaks of one kind of resource.
 */
import type { SchemaResource } from "./schema-types.ts";

/** A property bag as the engine sends it: JSON values, secrets unwrapped, unknowns as {@link UNKNOWN}. */
export type Properties = Record<string, unknown>;

/** The marker that stands for a value not known before the update runs (Pulumi's wire protocol). */
export const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** How the engine wants a resource named that its program gave no name. Sent with {@link ResourceHandler.check} alone. */
export interface Naming {
  /** The same for the preview and the update of one resource, so that both draw the same name. May be empty. */
  readonly seed: Uint8Array;
  /** `propose`: a name to prefer; `enforce`: a name to use; `disable`: a name must be given. Default: the handler's own way. */
  readonly mode?: "propose" | "enforce" | "disable";
  /** The name meant by `propose` and `enforce`. */
  readonly name?: string;
}

/** What a handler may use of the running operation. */
export interface OperationContext {
  readonly urn: string;
  readonly naming?: Naming;
  /** Aborted when the user cancels the update or the engine's time limit for the operation is over. */
  readonly signal: AbortSignal;
  /** A line of progress beside the resource, replaced by the next one. */
  status(message: string): void;
  info(message: string): void;
  warn(message: string): void;
}

export interface CheckFailure {
  readonly property: string;
  /** A whole sentence, all that a person reads: it names the key or the property, and no secret. */
  readonly reason: string;
}

export interface CheckResult {
  /** The inputs with defaults filled in; they become part of the state. */
  readonly inputs: Properties;
  readonly failures?: readonly CheckFailure[];
}

export type DiffKind =
  "add" | "update" | "delete" | "add-replace" | "update-replace" | "delete-replace";

export interface DiffResult {
  /** Property path → what happens to it. Empty: nothing changed. */
  readonly detailed: Readonly<Record<string, DiffKind>>;
  /** Delete the old resource before the new one is created. */
  readonly deleteBeforeReplace?: boolean;
}

export interface CreateResult {
  readonly id: string;
  readonly state: Properties;
}

export interface ReadResult extends CreateResult {
  /** The inputs that would lead to this state; without them every refresh ends in a false diff. */
  readonly inputs: Properties;
}

export interface ResourceHandler {
  /** Seconds that create, read, update and delete may take unless the program sets customTimeouts. Default: no limit. */
  readonly timeLimit?: number;
  check(
    news: Properties,
    olds: Properties | undefined,
    context: OperationContext,
  ): Promise<CheckResult>;
  /** `state` and `oldInputs` are what was recorded, `news` what {@link check} returned. */
  diff(
    id: string,
    state: Properties,
    oldInputs: Properties,
    news: Properties,
    context: OperationContext,
  ): Promise<DiffResult>;
  create(inputs: Properties, context: OperationContext): Promise<CreateResult>;
  /** `undefined`: the resource is gone. `state` and `inputs` are undefined on import. */
  read(
    id: string,
    state: Properties | undefined,
    inputs: Properties | undefined,
    context: OperationContext,
  ): Promise<ReadResult | undefined>;
  update(
    id: string,
    state: Properties,
    news: Properties,
    context: OperationContext,
  ): Promise<Properties>;
  delete(id: string, state: Properties, context: OperationContext): Promise<void>;
  /** The state a create or update would lead to, with {@link UNKNOWN} for what only the engine knows. Must not touch the engine. */
  plan?(inputs: Properties, state: Properties | undefined): Properties;
}

/** Thrown when the resource exists but is not what was asked for: the engine records it with its reasons. */
export class PartialResourceError extends Error {
  readonly id: string;
  readonly state: Properties;

  constructor(message: string, id: string, state: Properties, options?: ErrorOptions) {
    super(message, options);
    this.name = "PartialResourceError";
    this.id = id;
    this.state = state;
  }
}

/** A plugin: its table from type token to handler. */
export interface Plugin {
  readonly name: string;
  readonly version: string;
  readonly resources: Readonly<Record<string, ResourceHandler>>;
  /** The resources in the plugin's schema, by their types. Default: none. */
  readonly schema?: Readonly<Record<string, SchemaResource>>;
  /** Refuse or take the provider's own configuration; throws with a message for the user. */
  configure?(config: Properties): Promise<void>;
}
