/** The provider's own configuration: which engine to speak with. */
import type { ProviderArgs } from "@pulumi/docker";
import type Docker from "dockerode";

import { connectEngine } from "../../engine/client.ts";

const served = ["host", "context", "certPath"] as const satisfies (keyof ProviderArgs)[];

/** What the engine or the SDK adds to a provider's configuration. */
const engineOwn = ["version", "pluginDownloadURL"];

/**
 * The client that the configuration asks for; connecting pings the engine once, for a preview too.
 * @throws Error that names settings which are not served, or the engine that does not answer.
 */
export async function configuredEngine(config: Record<string, unknown>): Promise<Docker> {
  const refused = Object.keys(config).filter(
    (name) => ![...served, ...engineOwn].includes(name) && !name.startsWith("__"),
  );
  if (refused.length > 0) {
    throw new Error(
      `docker:${refused.join(", docker:")} is not served by this project's stand-in for the Docker plugin; ` +
        `it takes ${served.map((name) => `docker:${name}`).join(", ")}`,
    );
  }
  const { host, context, certPath } = config as Partial<Record<(typeof served)[number], string>>;
  // The context goes first: the SDK fills in the host from DOCKER_HOST by itself.
  if (context) return await connectEngine({ context });
  if (!certPath) return await connectEngine({ host });
  const env = { ...process.env, DOCKER_CERT_PATH: certPath, DOCKER_TLS_VERIFY: "1" };
  return await connectEngine({ host, env });
}
