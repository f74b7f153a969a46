import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";

import { liveEndpoint } from "../engine/endpoint.ts";

/**
 * The Docker plugin on the engine that everything else here works with. By itself it would follow neither
 * `docker context use` nor DOCKER_CONFIG, and containers would be made on one engine and looked for on another.
 * @throws pulumi.RunError where the environment names two engines
 */
export async function dockerProvider(): Promise<docker.Provider> {
  const { host, source, tls } = await liveEndpoint();
  const context = process.env["DOCKER_CONTEXT"] ?? "";
  if (context !== "" && source !== `context "${context}"`) {
    throw new pulumi.RunError(
      `DOCKER_CONTEXT is "${context}", and ${source} names the engine ${host}. The official Docker plugin ` +
        "prefers DOCKER_CONTEXT to everything else: unset it, or DOCKER_HOST",
    );
  }
  return new docker.Provider("engine", {
    host: host.replace(/^https?:/, "tcp:"),
    ...(tls !== undefined && { certPath: tls.folder }),
  });
}
