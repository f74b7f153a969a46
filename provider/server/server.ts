/** A provider plugin's process: it serves one plugin to the Pulumi engine that started it, and ends with that engine. */
import { once } from "node:events";
import { createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { parseArgs } from "node:util";

import grpc from "@grpc/grpc-js";
import providerRpc from "@pulumi/pulumi/proto/provider_grpc_pb.js";

import { EngineLog } from "./engine-log.ts";
import type { Plugin } from "./handler.ts";
import { Operations } from "./operations.ts";
import { peerCheck } from "./peer-user.ts";
import { resourceProviderService } from "./service.ts";

/** Milliseconds that running operations get to end after being aborted. The engine kills the plugin after 5 s. */
const graceTime = 3_000;

/** Milliseconds for the last answers to leave, when all operations have ended. */
const flushTime = 100;

/** Bytes; the engine's own limit (`sdk/go/common/util/rpcutil`). */
const largestMessage = 400 * 1024 * 1024;

/**
 * Serve `plugin` until the engine goes away. Resolves once the port stands on the first line of standard output, where
 * the engine reads it.
 * @param argv the process's arguments: the engine's address is the first one that is no flag. Without it (a plugin
 * started by hand, for `PULUMI_DEBUG_PROVIDERS`) the engine names itself later, and the process ends by a signal alone.
 */
export async function serve(plugin: Plugin, argv: string[] = process.argv.slice(2)): Promise<void> {
  const engine = engineAddress(argv);
  const log = new EngineLog(engine);
  const operations = new Operations(log);
  const server = new grpc.Server({ "grpc.max_receive_message_length": largestMessage });
  server.addService(
    providerRpc.ResourceProviderService,
    resourceProviderService(plugin, operations, log),
  );
  const sockets = createServer();
  endWithTheEngine({ server, sockets, operations }, engine !== undefined);
  const port = await listen(sockets, server);
  process.stdout.write(`${port}\n`);
}

function engineAddress(argv: string[]): string | undefined {
  const { positionals } = parseArgs({
    args: argv,
    // The engine's own flags; named so that a flag's value is not taken for the address.
    options: { logtostderr: { type: "boolean" }, tracing: { type: "string" } },
    allowPositionals: true,
    strict: false,
  });
  return positionals[0];
}

/**
 * The engine finds a plugin by a port of 127.0.0.1 alone: no other address, no credentials
 * (`sdk/go/common/resource/plugin/plugin.go`).
 */
async function listen(sockets: Server, server: grpc.Server): Promise<number> {
  const mayCall = await peerCheck();
  const injector = server.createConnectionInjector(grpc.ServerCredentials.createInsecure());
  sockets.on("connection", (socket: Socket) => {
    if (mayCall(socket)) injector.injectConnection(socket);
    else socket.destroy();
  });
  sockets.listen(0, "127.0.0.1");
  await once(sockets, "listening");
  return (sockets.address() as AddressInfo).port;
}

/**
 * The engine ends a plugin with SIGINT. An engine that was killed cannot: but it held the other end of standard input,
 * which then closes.
 */
function endWithTheEngine(
  { server, sockets, operations }: { server: grpc.Server; sockets: Server; operations: Operations },
  watchInput: boolean,
): void {
  let ending = false;
  const end = (reason: string): void => {
    if (ending) return;
    ending = true;
    operations.cancel(reason);
    setTimeout(() => process.exit(), graceTime);
    // Answered first: a half-made resource is recorded only if the engine hears of it.
    server.tryShutdown(() => undefined);
    sockets.close(() => process.exit());
    // The server may miss that a connection was closed at this moment, and wait for it in vain.
    void operations.idle().then(() => setTimeout(() => process.exit(), flushTime));
  };
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.on(signal, () => {
      end(`the plugin was stopped by ${signal}`);
    });
  }
  if (!watchInput) return;
  process.stdin.on("end", () => {
    end("the Pulumi engine is gone");
  });
  process.stdin.on("error", () => {
    end("the Pulumi engine is gone");
  });
  process.stdin.resume();
}
