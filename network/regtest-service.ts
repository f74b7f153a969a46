import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";

import type { ServiceDeclaration } from "../bootstrap/services/service.ts";
import {
  confinedService,
  serviceConfinement,
  serviceContainer,
  unnamedVolumes,
} from "../bootstrap/services/service-container.ts";
import {
  isSecretName,
  placeholdersIn,
  type TemplateValues,
} from "../bootstrap/services/template.ts";
import { onThisMachine } from "../engine/host.ts";
import type { ClaimedService } from "../provider/regtest/claimed-ports.ts";
import type { EngineInput } from "../engine/engine-input.ts";
import { ServiceState } from "./resources.ts";
import { labelList } from "./label-list.ts";

/** @internal */
export interface RegtestServiceArgs {
  readonly declared: ServiceDeclaration;
  readonly containerName: string;
  /** Its ports on the engine's host; undefined while nobody knows. */
  readonly hostPorts: pulumi.Output<Pick<ClaimedService, "ports" | "reach"> | undefined>;
  readonly image: pulumi.Input<string>;
  /** Folders in the order of the snapshot that the image is of, which has what is in them; undefined: it is of none. */
  readonly restores: pulumi.Input<readonly string[]> | undefined;
  readonly network: pulumi.Input<string>;
  /** What templates stand for, but for what lets somebody in. */
  readonly addresses: pulumi.Input<TemplateValues>;
  /** What else they stand for. Secret. */
  readonly credentials: pulumi.Input<TemplateValues>;
  readonly labels: pulumi.Output<Record<string, string>>;
  /** Folder of the state → name of its volume. */
  readonly volumeName: (folder: string) => pulumi.Output<string>;
  readonly volumeLabels: pulumi.Input<Record<string, string>>;
  /** What must be there first, also where nothing of it is used. */
  readonly after: readonly pulumi.Resource[];
  readonly engine: pulumi.Output<EngineInput> | undefined;
}

/** @internal */
export interface ServiceSpecOutput extends ServiceDeclaration {
  readonly containerId: pulumi.Output<string>;
}

/**
 * A service: its container, what it keeps in volumes, its ports published on the engine's host. It is made here, and
 * started when the nodes have their chain: by `Bootstrap` for a scenario, else by `Services`.
 */
export class RegtestService extends pulumi.ComponentResource {
  /** Its host name on the network. */
  readonly name: string;
  readonly container: docker.Container;
  /** Port's name → URL on the engine's host. */
  readonly urls: pulumi.Output<Record<string, string>>;
  /** @internal */
  readonly spec: ServiceSpecOutput;

  /**
   * @param resource name of the resource
   * @internal
   */
  constructor(
    resource: string,
    args: RegtestServiceArgs,
    options?: pulumi.ComponentResourceOptions,
  ) {
    super("regtest:index:Service", resource, {}, options);
    const { declared, addresses, credentials, engine } = args;
    const published = args.hostPorts.apply(({ ports = [], reach } = { ports: [] }) => ({
      given: Object.fromEntries(ports.map(({ name, port }) => [name, port])),
      ...(reach ?? onThisMachine),
    }));
    const { name, entrypoint, ports, state, stopTimeout, user } = declared;
    const { host, mines = false, confined = false } = declared;
    this.name = name;
    this.urls = published.apply(({ given, address }) =>
      Object.fromEntries(
        ports.map(({ name, scheme }) => [name, `${scheme}://${address}:${given[name] ?? 0}`]),
      ),
    );
    const volumes = state.map((folder, index) => ({
      folder,
      volume: new docker.Volume(
        `${resource}-${index}`,
        { name: args.volumeName(folder), labels: labelList(args.volumeLabels) },
        { parent: this, deleteBeforeReplace: false },
      ),
    }));
    const filled = args.restores && [
      new ServiceState(
        resource,
        {
          ...{ image: args.image, state: args.restores, labels: args.volumeLabels, engine },
          ...(host !== undefined && { host }),
          volumes: pulumi.all(
            Object.fromEntries(volumes.map(({ folder, volume }) => [folder, volume.name])),
          ),
        },
        { parent: this },
      ),
    ];
    const open = pulumi.output(addresses);
    const usesCredentials = Object.values(declared.environment)
      .flatMap(placeholdersIn)
      .some((placeholder) => isSecretName(placeholder) || placeholder === "rpcUser");
    const all = usesCredentials
      ? pulumi.all([open, credentials]).apply(([open, secret]) => ({ ...open, ...secret }))
      : open;
    const command = open.apply((values) => {
      const { command } = serviceContainer({ ...declared, environment: {} }, values);
      return command === undefined ? undefined : [...command];
    });
    const envs = all.apply((values) => [
      ...serviceContainer({ ...declared, command: [] }, values).environment,
    ]);
    this.container = new docker.Container(
      resource,
      {
        name: args.containerName,
        hostname: name,
        image: args.image,
        // Started by what knows the order, and writes its files first.
        start: false,
        mustRun: false,
        ...(entrypoint !== undefined && { entrypoints: [...entrypoint] }),
        ...(declared.command.length > 0 && { command: command }),
        ...(Object.keys(declared.environment).length > 0 && { envs }),
        ...(user !== undefined && { user }),
        ...limits(declared),
        // The official plugin reads them sorted.
        ports: published.apply(({ given, publish }) =>
          ports
            .toSorted((a, b) => a.container - b.container)
            .map(({ name, container }) => ({
              ...{ internal: container, external: given[name] ?? 0, ip: publish },
            })),
        ),
        volumes: [
          ...volumes.map(({ folder, volume }) => ({
            ...{ containerPath: folder, volumeName: volume.name },
          })),
          ...unnamedVolumes(declared).map((folder) => ({ containerPath: folder })),
        ],
        ...((mines || confined) && {
          capabilities: { drops: confinedService.capabilityDrops },
          tmpfs: confinedService.tmpfs,
        }),
        ...(confined && { readOnly: true }),
        securityOpts: serviceConfinement.securityOptions,
        stopTimeout,
        logDriver: serviceConfinement.logDriver,
        logOpts: serviceConfinement.logOptions,
        restart: "unless-stopped",
        networksAdvanced: [{ name: args.network, aliases: [name] }],
        labels: labelList(args.labels),
        destroyGraceSeconds: stopTimeout,
      },
      {
        ...{
          parent: this,
          deleteBeforeReplace: true,
          dependsOn: [...args.after, ...(filled ?? [])],
        },
        // Pulumi takes another host's provider for the same container, and leaves it where it is.
        replacementTrigger: [...unseenChanges(declared), ...(host === undefined ? [] : [host])],
      },
    );
    this.spec = { ...declared, containerId: this.container.id };
    this.registerOutputs({ urls: this.urls });
  }
}

/** Each as the official plugin reads it back: it rounds 0.05 cpus to 0.1, and reads the engine's default of `memorySwap`. */
function limits({ memory, cpus }: ServiceDeclaration) {
  return {
    ...(memory !== undefined && { memory, memorySwap: 2 * memory }),
    ...(cpus !== undefined && {
      cpuPeriod: cpuPeriodUs,
      cpuQuota: Math.round(cpus * cpuPeriodUs),
    }),
  };
}

/** Microseconds; the kernel's default. */
const cpuPeriodUs = 100_000;

/** Where the plugin leaves a container as it is: another value of `cpuQuota`, and what is no longer declared. */
function unseenChanges(declared: ServiceDeclaration): (boolean | number)[] {
  const { entrypoint, command, environment, user, memory, cpus } = declared;
  const optional = [entrypoint, command[0], Object.keys(environment)[0], user, memory];
  return [...optional.map((value) => value !== undefined), cpus ?? 0];
}
