import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";

import { liveEndpoint } from "../engine/endpoint.ts";
import type { EngineInput } from "../provider/regtest/engine-input.ts";

/** The engine that a network is on, for the Docker plugin and for the `regtest` plugin. */
export interface NetworkEngine {
  readonly provider: pulumi.ProviderResource;
  /** Undefined: the one that a process finds by itself. */
  readonly input: pulumi.Output<EngineInput> | undefined;
}

/**
 * The engine of the Docker provider that the program gives the component, if it does; else the one that everything
 * else here works with. By itself the Docker plugin would follow neither `docker context use` nor DOCKER_CONFIG,
 * and containers would be made on one engine and looked for on another.
 */
export function networkEngine(name: string, component: pulumi.ComponentResource): NetworkEngine {
  const given = component.getProvider("docker:index/container:Container");
  if (given !== undefined) {
    const { host, certPath } = given as pulumi.ProviderResource & Partial<docker.Provider>;
    return { provider: given, input: pulumi.output({ host, certPath }) };
  }
  const endpoint = pulumi.output(foundEngine());
  const provider = new docker.Provider(
    `${name}-engine`,
    { host: endpoint.host, certPath: endpoint.certPath as pulumi.Output<string> },
    { parent: component },
  );
  return { provider, input: undefined };
}

/** @throws pulumi.RunError where the environment names two engines */
async function foundEngine(): Promise<Required<EngineInput>> {
  const { host, source, tls } = await liveEndpoint();
  const context = process.env["DOCKER_CONTEXT"] ?? "";
  if (context !== "" && source !== `context "${context}"`) {
    throw new pulumi.RunError(
      `DOCKER_CONTEXT is "${context}", and ${source} names the engine ${host}. The official Docker plugin ` +
        "prefers DOCKER_CONTEXT to everything else: unset it, or DOCKER_HOST",
    );
  }
  return { host: host.replace(/^https?:/, "tcp:"), certPath: tls?.folder };
}
