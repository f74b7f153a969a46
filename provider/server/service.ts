/** The ResourceProvider service of one plugin: from each request to the handler of its resource's type, and back. */
import type grpc from "@grpc/grpc-js";
import type { IResourceProviderServer } from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import pluginProto from "@pulumi/pulumi/proto/plugin_pb.js";
import provider from "@pulumi/pulumi/proto/provider_pb.js";
import type { CheckRequest, ConfigureRequest } from "@pulumi/pulumi/proto/provider_pb.js";
import empty from "google-protobuf/google/protobuf/empty_pb.js";

import { isError } from "../../base/is-error.ts";
import type { EngineLog } from "./engine-log.ts";
import { serviceError } from "./service-error.ts";
import type { DiffKind, DiffResult, Naming, Plugin, ResourceHandler } from "./handler.ts";
import { messageOf } from "../../base/message.ts";
import { printable } from "../../base/printable.ts";
import type { Operations } from "./operations.ts";
import { fromOptionalStruct, fromStruct, toStruct } from "./wire.ts";

/** All others the gRPC server itself answers as unimplemented, which the engine understands. */
type ServedRpc =
  | "getPluginInfo"
  | "getSchema"
  | "checkConfig"
  | "diffConfig"
  | "configure"
  | "check"
  | "diff"
  | "create"
  | "read"
  | "update"
  | "delete"
  | "cancel"
  | "attach";

export function resourceProviderService(
  plugin: Plugin,
  operations: Operations,
  log: EngineLog,
): Pick<IResourceProviderServer, ServedRpc> {
  const handlerOf = (urn: string): ResourceHandler => {
    const type = typeOf(urn);
    const handler = Object.hasOwn(plugin.resources, type) ? plugin.resources[type] : undefined;
    if (handler === undefined) {
      const known = Object.keys(plugin.resources).join(", ");
      throw new Error(
        `the plugin ${plugin.name} ${plugin.version} has no resource type "${type}"; it has ${known}`,
      );
    }
    return handler;
  };

  const limited = (request: LimitedRequest): { urn: string; timeout: number } => ({
    urn: request.getUrn(),
    timeout: request.getTimeout() || (handlerOf(request.getUrn()).timeLimit ?? 0),
  });

  return {
    getPluginInfo: unary(() => {
      const info = new pluginProto.PluginInfo();
      info.setVersion(plugin.version);
      return info;
    }),

    getSchema: unary(() => {
      const response = new provider.GetSchemaResponse();
      const { name, version, schema: resources = {} } = plugin;
      response.setSchema(JSON.stringify({ name, version, resources }));
      return response;
    }),

    checkConfig: unary((request) => {
      const response = new provider.CheckResponse();
      response.setInputs(request.getNews());
      return response;
    }),

    // Unknown changes and no replaces: the engine compares the configurations itself and keeps every resource.
    diffConfig: unary(() => new provider.DiffResponse()),

    configure: unary(async (request) => {
      await plugin.configure?.(configurationOf(request));
      // Secrets and outputs are not accepted, so the engine unwraps them and marks what comes back itself.
      const response = new provider.ConfigureResponse();
      response.setSupportspreview(true);
      response.setSupportsAutonamingConfiguration(true);
      return response;
    }),

    check: unary((request) =>
      operations.run({ urn: request.getUrn(), naming: namingOf(request) }, async (context) => {
        const { inputs, failures = [] } = await handlerOf(request.getUrn()).check(
          fromStruct(request.getNews()),
          fromOptionalStruct(request.getOlds()),
          context,
        );
        const response = new provider.CheckResponse();
        response.setInputs(toStruct(inputs));
        for (const { reason } of failures) {
          // Of a failure with a property the engine prints the property's whole value first.
          const failure = new provider.CheckFailure();
          failure.setReason(printable(reason));
          response.addFailures(failure);
        }
        return response;
      }),
    ),

    diff: unary((request) =>
      operations.run({ urn: request.getUrn() }, async (context) =>
        diffResponse(
          await handlerOf(request.getUrn()).diff(
            request.getId(),
            fromStruct(request.getOlds()),
            fromStruct(request.getOldInputs()),
            fromStruct(request.getNews()),
            context,
          ),
        ),
      ),
    ),

    create: unary((request) =>
      operations.run(limited(request), async (context) => {
        const handler = handlerOf(request.getUrn());
        const inputs = fromStruct(request.getProperties());
        const response = new provider.CreateResponse();
        if (request.getPreview()) {
          // What a planned state lacks, the language's SDK takes as unknown.
          response.setProperties(toStruct(handler.plan?.(inputs, undefined) ?? inputs));
          return response;
        }
        const { id, state } = await handler.create(inputs, context);
        response.setId(id);
        response.setProperties(toStruct(state));
        return response;
      }),
    ),

    read: unary((request) =>
      operations.run(limited(request), async (context) => {
        const found = await handlerOf(request.getUrn()).read(
          request.getId(),
          fromOptionalStruct(request.getProperties()),
          fromOptionalStruct(request.getInputs()),
          context,
        );
        const response = new provider.ReadResponse();
        if (found === undefined) return response;
        response.setId(found.id);
        response.setProperties(toStruct(found.state));
        response.setInputs(toStruct(found.inputs));
        return response;
      }),
    ),

    update: unary((request) =>
      operations.run(limited(request), async (context) => {
        const handler = handlerOf(request.getUrn());
        const state = fromStruct(request.getOlds());
        const news = fromStruct(request.getNews());
        const response = new provider.UpdateResponse();
        response.setProperties(
          toStruct(
            request.getPreview()
              ? (handler.plan?.(news, state) ?? news)
              : await handler.update(request.getId(), state, news, context),
          ),
        );
        return response;
      }),
    ),

    delete: unary((request) =>
      operations.run(limited(request), async (context) => {
        const state = fromStruct(request.getProperties());
        await handlerOf(request.getUrn()).delete(request.getId(), state, context);
        return new empty.Empty();
      }),
    ),

    cancel: unary(() => {
      operations.cancel("cancelled");
      return new empty.Empty();
    }),

    attach: unary((request) => {
      log.connect(request.getAddress());
      return new empty.Empty();
    }),
  };
}

/** Create, read, update and delete: the engine gives them a time limit in seconds; 0: it has none. */
interface LimitedRequest {
  getUrn(): string;
  getTimeout(): number;
}

/** The handler that answers with what `body` returns, or with its error. */
function unary<Request, Response>(
  body: (request: Request) => Response | Promise<Response>,
): grpc.handleUnaryCall<Request, Response> {
  return (call, callback) => {
    Promise.resolve(call.request)
      .then(body)
      .then(
        (response) => {
          callback(null, response);
        },
        (error: unknown) => {
          // For whoever looks into the plugin's output; the user gets the message.
          console.error(isError(error) ? (error.stack ?? error.message) : messageOf(error));
          callback(serviceError(error));
        },
      );
  };
}

/** `urn:pulumi:STACK::PROJECT::PARENT$TYPE::NAME` → `TYPE`. */
function typeOf(urn: string): string {
  const types = urn.split("::")[2] ?? "";
  return types.slice(types.lastIndexOf("$") + 1);
}

/** The provider's configuration by bare names; values that are not strings come as JSON text. */
function configurationOf(request: ConfigureRequest): Record<string, string> {
  return Object.fromEntries(
    request
      .getVariablesMap()
      .toArray()
      .map(([name, value]) => [name.slice(name.lastIndexOf(":") + 1), value]),
  );
}

function namingOf(request: CheckRequest): Naming {
  const seed = request.getRandomseed_asU8();
  const options = request.getAutonaming();
  if (options === undefined) return { seed };
  const { Mode } = provider.CheckRequest.AutonamingOptions;
  const modes = {
    [Mode.PROPOSE]: "propose",
    [Mode.ENFORCE]: "enforce",
    [Mode.DISABLE]: "disable",
  } as const;
  return { seed, mode: modes[options.getMode()], name: options.getProposedName() };
}

function diffResponse({
  detailed,
  deleteBeforeReplace = false,
}: DiffResult): provider.DiffResponse {
  const { DiffChanges } = provider.DiffResponse;
  const { Kind } = provider.PropertyDiff;
  const kinds: Record<DiffKind, provider.PropertyDiff.Kind> = {
    add: Kind.ADD,
    "add-replace": Kind.ADD_REPLACE,
    delete: Kind.DELETE,
    "delete-replace": Kind.DELETE_REPLACE,
    update: Kind.UPDATE,
    "update-replace": Kind.UPDATE_REPLACE,
  };
  const response = new provider.DiffResponse();
  const changes = Object.entries(detailed);
  for (const [path, kind] of changes) {
    const change = new provider.PropertyDiff();
    change.setKind(kinds[kind]);
    response.getDetaileddiffMap().set(path, change);
    if (kind.endsWith("-replace")) response.addReplaces(path);
  }
  response.setDiffsList([...new Set(changes.map(([path]) => path.split(/[.[]/, 1)[0] ?? path))]);
  response.setChanges(changes.length === 0 ? DiffChanges.DIFF_NONE : DiffChanges.DIFF_SOME);
  response.setHasdetaileddiff(true);
  response.setDeletebeforereplace(deleteBeforeReplace);
  return response;
}
