/** A service as tests and scenarios use it. */
import type Docker from "dockerode";

import { engineError } from "../../engine/engine-error.ts";
import { execIn } from "../../engine/exec.ts";
import { publishedAddresses } from "../../engine/published.ts";
import { logTail } from "../../engine/log.ts";
import { publishedAt } from "./ready.ts";
import type { ServicePort, ServiceSpec } from "./service.ts";

/** A command in a service's container ended with another exit code than 0. */
export class ServiceCommandError extends Error {
  override readonly name = "ServiceCommandError";
  readonly service: string;
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;

  constructor(
    service: string,
    command: readonly string[],
    { exitCode, stdout, stderr }: Pick<ServiceCommandError, "exitCode" | "stdout" | "stderr">,
  ) {
    const told = (stderr.trim() || stdout.trim() || "it wrote nothing").slice(-2_000);
    super(`${service}: ${command[0] ?? ""} ended with exit code ${exitCode}: ${told}`);
    this.service = service;
    this.exitCode = exitCode;
    this.stdout = stdout;
    this.stderr = stderr;
  }
}

export class NetworkService {
  /** Its host name on the network too. */
  readonly name: string;
  readonly containerName: string;
  /** Port's name → where it is published, as `127.0.0.1:20123`. They stay as long as the network does. */
  readonly ports: Readonly<Record<string, string>>;
  readonly #declared: readonly ServicePort[];
  readonly #container: Docker.Container;

  /** @internal */
  constructor(
    { name, ports: declared }: ServiceSpec,
    container: Docker.Container,
    { containerName, ports }: Pick<NetworkService, "containerName" | "ports">,
  ) {
    this.name = name;
    this.containerName = containerName;
    this.ports = ports;
    this.#container = container;
    this.#declared = declared;
  }

  /** Port's name → its URL. */
  get urls(): Record<string, string> {
    return Object.fromEntries(this.#declared.map(({ name }) => [name, this.urlOf(name)]));
  }

  /** Port's name → its URL for containers on the network. */
  get internalUrls(): Record<string, string> {
    return Object.fromEntries(
      this.#declared.map(({ name, scheme, container }) => [
        name,
        `${scheme}://${this.name}:${container}`,
      ]),
    );
  }

  /** URL of its first port. @throws Error when it publishes none */
  get url(): string {
    return this.urlOf(this.#declared[0]?.name ?? "");
  }

  /** URL of the port of that name. @throws Error that names the ports */
  urlOf(port: string): string {
    const found = this.#declared.find(({ name }) => name === port);
    if (found !== undefined) return `${found.scheme}://${this.ports[port] ?? ""}`;
    const names = this.#declared.map(({ name }) => name).join(", ") || "none";
    throw new Error(`${this.name} publishes no port ${JSON.stringify(port)}; its ports: ${names}`);
  }

  /**
   * Runs a command in its container, as the container's own user, to its end.
   * @throws ServiceCommandError when its exit code is not 0
   */
  async exec(command: readonly string[]): Promise<{ stdout: string; stderr: string }> {
    const result = await execIn(this.#container, command);
    if (result.exitCode !== 0) throw new ServiceCommandError(this.name, command, result);
    return { stdout: result.stdout, stderr: result.stderr };
  }

  /** The last lines that it wrote. Default: 1,000. */
  async logs(lines = 1_000): Promise<string> {
    return await logTail(this.#container, lines);
  }
}

/**
 * The services of a network by their names.
 * @internal
 */
export async function openServices(
  docker: Docker,
  specs: readonly ServiceSpec[] = [],
): Promise<Record<string, NetworkService>> {
  const services = specs.map(async (spec) => {
    const container = docker.getContainer(spec.containerId);
    try {
      const { Name, HostConfig } = await container.inspect();
      const ports = await addressesOf(container, spec, HostConfig);
      const opened = new NetworkService(spec, container, { containerName: Name.slice(1), ports });
      return [spec.name, opened] as const;
    } catch (error) {
      throw engineError(error);
    }
  });
  return Object.fromEntries(await Promise.all(services));
}

/** Port's name → where it is published: as given, and not as the engine tells of a container, which may not run now. */
async function addressesOf(
  container: Docker.Container,
  { ports }: ServiceSpec,
  { PortBindings }: Docker.HostConfig,
): Promise<Record<string, string>> {
  const bindings = (PortBindings ?? {}) as Parameters<typeof publishedAt>[0];
  const published = ports.flatMap(({ name, container: inside }) => {
    const port = publishedAt(bindings, inside);
    return port === undefined ? [] : [{ name, port }];
  });
  const addressOf = await publishedAddresses(
    container,
    published.map(({ port }) => port),
  );
  return Object.fromEntries(published.map(({ name, port }) => [name, addressOf(port)]));
}
