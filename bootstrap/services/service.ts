/** A service: a container beside the nodes that belongs to the network, and to its snapshots and clones. */

/** A port of a service. */
export interface ServicePort {
  /** Such as `rest`. */
  readonly name: string;
  /** TCP port in its container. */
  readonly container: number;
  /** How its URL begins. */
  readonly scheme: "http" | "https" | "tcp";
  /** TCP port of the engine's host. Left out: one that is free is chosen once, and kept. */
  readonly host?: number | undefined;
}

/** When a service counts as ready. */
export type Readiness =
  /** A connection to the port is accepted, and stays open. */
  | { readonly port: string }
  /** A GET of `path` is answered with a status below 400, and with `contains` in its body where that is given. */
  | { readonly http: string; readonly path: string; readonly contains?: string | undefined }
  /** A line that it wrote since its start matches the regular expression. */
  | { readonly log: string }
  /** The command, run in its container, ends with exit code 0. */
  | { readonly command: readonly string[] };

/** What is declared of a service, but for its image. Texts may hold templates, see template.ts. */
export interface ServiceDeclaration {
  /** Its host name on the network. */
  readonly name: string;
  /** Name of the host that its container is on. Left out: the only one. */
  readonly host?: string | undefined;
  /** Left out: that of its image. */
  readonly entrypoint?: readonly string[] | undefined;
  /** Empty: that of its image. */
  readonly command: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  /** Path in its container → content, written before each start. */
  readonly files: Readonly<Record<string, string>>;
  /** Left out: that of its image. */
  readonly user?: string | undefined;
  readonly ports: readonly ServicePort[];
  /** Nodes and services that are ready before it starts. */
  readonly follows: readonly string[];
  /** Folders in its container that are kept, in snapshots too. */
  readonly state: readonly string[];
  /** Left out: when its container runs. */
  readonly ready?: Readiness | undefined;
  /** Run in its container after each start, when it is ready, until its exit code is 0. */
  readonly afterStart?: readonly string[] | undefined;
  /** Seconds that being ready may take, and the command after it. */
  readonly startTimeout: number;
  /** Seconds that it gets to end before it is killed. */
  readonly stopTimeout: number;
  /** Megabytes. Left out: no limit. */
  readonly memory?: number | undefined;
  /** Left out: no limit. */
  readonly cpus?: number | undefined;
  /** Whether it has no capabilities, and can only read its root file system, but for /tmp, its state and the folders of its files. */
  readonly confined?: boolean | undefined;
  /** Whether it mines by itself: it is stopped while others work on the chain, and is in no snapshot. */
  readonly mines?: boolean | undefined;
}

/** A service whose container is there, running or not. */
export interface ServiceSpec extends ServiceDeclaration {
  readonly containerId: string;
}

/** What of a declaration counts wherever its container is: not its host, and not the ports of that. */
export function serviceDeclaration(service: ServiceDeclaration): ServiceDeclaration {
  const { name, entrypoint, command, environment, files, user, ports, follows, state } = service;
  const { ready, afterStart, startTimeout, stopTimeout, memory, cpus, confined } = service;
  return {
    ...{ name, entrypoint, command, environment, files, user, follows, state },
    ...{ ready, afterStart, startTimeout, stopTimeout, memory, cpus, confined },
    ports: ports.map(({ name, container, scheme }) => ({ name, container, scheme })),
  };
}

/** In the order of their start: each after those that it follows. Names that none has are those of nodes. */
export function inOrder<T extends Pick<ServiceDeclaration, "name" | "follows">>(
  services: readonly T[],
): T[] {
  const sorted: T[] = [];
  const visit = (service: T): void => {
    if (sorted.includes(service)) return;
    for (const other of services) if (service.follows.includes(other.name)) visit(other);
    sorted.push(service);
  };
  for (const service of services) visit(service);
  return sorted;
}

/** Services that follow each other in a circle; empty: none. */
export function circleOf(
  services: readonly Pick<ServiceDeclaration, "name" | "follows">[],
): string[] {
  const walk = (name: string, path: readonly string[]): string[] => {
    if (path.includes(name)) return path.slice(path.indexOf(name));
    const follows = services.find((service) => service.name === name)?.follows ?? [];
    for (const next of follows) {
      const found = walk(next, [...path, name]);
      if (found.length > 0) return found;
    }
    return [];
  };
  for (const { name } of services) {
    const found = walk(name, []);
    if (found.length > 0) return found;
  }
  return [];
}
