/** The Pulumi engine's log: lines that a person sees beside a resource. */
import grpc from "@grpc/grpc-js";
import engineRpc from "@pulumi/pulumi/proto/engine_grpc_pb.js";
import engineProto from "@pulumi/pulumi/proto/engine_pb.js";

import { printable } from "../../base/printable.ts";

/** Milliseconds after which a line that the engine does not take is given up: a log must not hold up an operation. */
const lineTimeLimit = 5_000;

/** The engine is on this machine: a proxy that the environment names is none of its business. */
const direct = { "grpc.enable_http_proxy": 0 };

export type Severity = "info" | "warning";

export class EngineLog {
  #client: InstanceType<typeof engineRpc.EngineClient> | undefined;

  /** @param address `host:port` of the engine; without it lines are dropped until {@link connect}. */
  constructor(address?: string) {
    if (address !== undefined) this.connect(address);
  }

  connect(address: string): void {
    this.close();
    this.#client = new engineRpc.EngineClient(address, grpc.credentials.createInsecure(), direct);
  }

  /**
   * Send one line. Settles when the engine has taken it; never rejects, since what is reported matters more than the
   * report.
   * @param ephemeral shown only until the next line about the same resource.
   */
  async line(
    urn: string,
    severity: Severity,
    message: string,
    { ephemeral = false }: { ephemeral?: boolean } = {},
  ): Promise<void> {
    const client = this.#client;
    if (client === undefined) return;
    const request = new engineProto.LogRequest();
    request.setUrn(urn);
    request.setSeverity(
      severity === "info" ? engineProto.LogSeverity.INFO : engineProto.LogSeverity.WARNING,
    );
    request.setMessage(printable(message));
    request.setEphemeral(ephemeral);
    const { promise, resolve } = Promise.withResolvers<undefined>();
    const deadline = Date.now() + lineTimeLimit;
    client.log(request, new grpc.Metadata(), { deadline }, () => {
      resolve(undefined);
    });
    await promise;
  }

  close(): void {
    this.#client?.close();
    this.#client = undefined;
  }
}
