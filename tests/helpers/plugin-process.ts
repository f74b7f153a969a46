/** A provider plugin started as the Pulumi engine starts it, with a stand-in for the engine's log. */
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";

import grpc from "@grpc/grpc-js";
import engineRpc from "@pulumi/pulumi/proto/engine_grpc_pb.js";
import engineProto from "@pulumi/pulumi/proto/engine_pb.js";
import type { LogRequest } from "@pulumi/pulumi/proto/engine_pb.js";
import providerRpc from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import empty from "google-protobuf/google/protobuf/empty_pb.js";

export interface LogLine {
  readonly urn: string;
  readonly severity: "info" | "warning";
  readonly message: string;
  readonly ephemeral: boolean;
}

/** The plugin's methods, for {@link PluginProcess.call}. */
export const rpc = providerRpc.ResourceProviderService;

export class PluginProcess implements AsyncDisposable {
  readonly process: ChildProcess;
  /** Where it listens, on 127.0.0.1. */
  readonly port: number;
  /** What the plugin said to the engine. */
  readonly lines: LogLine[];
  readonly #client: grpc.Client;
  readonly #engine: grpc.Server;

  private constructor(
    process: ChildProcess,
    port: number,
    client: grpc.Client,
    lines: LogLine[],
    engine: grpc.Server,
  ) {
    this.process = process;
    this.port = port;
    this.#client = client;
    this.lines = lines;
    this.#engine = engine;
  }

  /** @param command the executable and its arguments; the engine's address is appended. */
  static async start(command: string, ...args: string[]): Promise<PluginProcess> {
    const lines: LogLine[] = [];
    const engine = new grpc.Server();
    engine.addService(engineRpc.EngineService, {
      log: (
        { request }: { request: LogRequest },
        callback: grpc.sendUnaryData<InstanceType<typeof empty.Empty>>,
      ) => {
        lines.push({
          urn: request.getUrn(),
          severity: request.getSeverity() === engineProto.LogSeverity.INFO ? "info" : "warning",
          message: request.getMessage(),
          ephemeral: request.getEphemeral(),
        });
        callback(null, new empty.Empty());
      },
    });
    const { promise: bound, resolve, reject } = Promise.withResolvers<number>();
    engine.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, port) => {
      if (error) reject(error);
      else resolve(port);
    });
    const address = `127.0.0.1:${await bound}`;
    const child = spawn(command, [...args, address], { stdio: ["pipe", "pipe", "ignore"] });
    const [port] = (await once(createInterface({ input: child.stdout }), "line")) as [string];
    const client = new grpc.Client(`127.0.0.1:${port}`, grpc.credentials.createInsecure());
    return new PluginProcess(child, Number(port), client, lines, engine);
  }

  /** Call one method of the plugin, as the engine does. */
  async call<Request, Response>(
    { path, requestSerialize, responseDeserialize }: grpc.MethodDefinition<Request, Response>,
    request: Request,
  ): Promise<Response> {
    const { promise, resolve, reject } = Promise.withResolvers<Response>();
    this.#client.makeUnaryRequest(
      path,
      requestSerialize,
      responseDeserialize,
      request,
      (error: grpc.ServiceError | null, response?: Response) => {
        if (error === null) resolve(response as Response);
        else reject(error);
      },
    );
    return await promise;
  }

  /** The exit code once the process has ended. */
  async exit(): Promise<number | null> {
    if (this.process.exitCode === null && this.process.signalCode === null) {
      await once(this.process, "exit");
    }
    return this.process.exitCode;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#client.close();
    this.process.kill("SIGKILL");
    await this.exit();
    this.#engine.forceShutdown();
  }
}
