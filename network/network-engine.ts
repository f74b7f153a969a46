import path from "node:path";

import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";

import type { GivenHost } from "../bootstrap/plan/settings/host-schema.ts";
import { liveEndpoint } from "../engine/endpoint.ts";
import type { EngineInput } from "../engine/engine-input.ts";

/** The engine that a network is on, or those of its hosts, for the Docker plugin and for the `regtest` plugin. */
export interface NetworkEngine {
  /** Of the first host, where there are any. */
  readonly provider: pulumi.ProviderResource;
  /** Of the host of that name; of the only engine, where there are none. */
  readonly providerOf: (host: string | undefined) => pulumi.ProviderResource;
  /** Undefined: the one that a process finds by itself. */
  readonly input: pulumi.Output<EngineInput> | undefined;
}

/**
 * The engine of the Docker provider that the program gives the component, if it does; else those of the hosts that
 * are declared; else the one that everything else here works with. By itself the Docker plugin would follow neither
 * `docker context use` nor DOCKER_CONFIG, and containers would be made on one engine and looked for on another.
 * @throws pulumi.RunError where both a provider and hosts are given
 */
export function networkEngine(
  name: string,
  component: pulumi.ComponentResource,
  hosts: readonly GivenHost[],
): NetworkEngine {
  const given = component.getProvider("docker:index/container:Container");
  if (given !== undefined) {
    if (hosts.length > 0)
      throw new pulumi.RunError(
        "hosts: the network is given a Docker provider too, which is for one engine; give one of the two",
      );
    const { host, certPath } = given as pulumi.ProviderResource & Partial<docker.Provider>;
    const input = pulumi.output({ host, certPath });
    return { provider: given, providerOf: () => given, input };
  }
  const [first, ...others] = hosts;
  const parent = component;
  const endpoint = pulumi.output(first?.engine === undefined ? foundEngine() : engineAt(first));
  const provider = new docker.Provider(
    `${name}-engine`,
    { host: endpoint.host, certPath: endpoint.certPath as pulumi.Output<string> },
    { parent },
  );
  const providers = new Map<string | undefined, docker.Provider>(
    others.map((host) => {
      const { host: url, certPath } = engineAt(host);
      const args = { host: url, ...(certPath !== undefined && { certPath }) };
      return [host.name, new docker.Provider(`${name}-engine-${host.name}`, args, { parent })];
    }),
  );
  return {
    provider,
    providerOf: (host) => providers.get(host) ?? provider,
    input:
      hosts.length === 0
        ? undefined
        : pulumi.output({
            hosts: hosts.map((host) => ({
              ...{ name: host.name, ...engineAt(host) },
              // Of an engine that is named, only what is declared of it counts, and nothing in the environment.
              address: host.address ?? (host.engine && ""),
            })),
          }),
  };
}

function engineAt({ engine, certPath }: GivenHost): EngineInput {
  return { host: engine, ...(certPath !== undefined && { certPath: path.resolve(certPath) }) };
}

/** @throws pulumi.RunError where the environment names two engines */
async function foundEngine(): Promise<EngineInput> {
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
