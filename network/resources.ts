/** The resources of the `regtest` provider plugin, as a Pulumi program declares them. */
import * as pulumi from "@pulumi/pulumi";

import type { ChainFacts } from "../bootstrap/chain/facts.ts";
import type { BootstrapInputs } from "../provider/regtest/bootstrap-handler.ts";
import type { ClaimedService, DeclaredService } from "../provider/regtest/claimed-ports.ts";
import type { ClaimedNode, ClaimInputs, DeclaredClaim } from "../provider/regtest/claim-handler.ts";
import type { CoreReleaseInputs } from "../provider/regtest/core-release-handler.ts";
import type { FreshBlockInputs } from "../provider/regtest/fresh-block-handler.ts";
import type { FreshBlock as MinedBlock } from "../bootstrap/verbs/fresh-block.ts";
import type { HostImageInputs } from "../provider/regtest/host-image-handler.ts";
import type { Funded } from "../bootstrap/payments/funding.ts";
import type { CommittedImage } from "../bootstrap/snapshots/committed-image.ts";
import type { SnapshotInputs } from "../provider/regtest/snapshot-handler.ts";
import type { Manifest } from "../bootstrap/snapshots/manifest-schema.ts";
import type { ServicesInputs } from "../provider/regtest/services-handler.ts";
import type { ServiceStateInputs } from "../provider/regtest/service-state-handler.ts";
import type { SourceInputs } from "../provider/regtest/source-handler.ts";

/** The same type with every property open to outputs, as a program gives it. */
type Args<T> = { readonly [K in keyof T]: pulumi.Input<Item<T[K]>> };
type Item<T> = T extends readonly (infer E)[] ? readonly pulumi.Input<Fields<E>>[] : T;
type Fields<T> = T extends readonly unknown[] ? T : { readonly [K in keyof T]: pulumi.Input<T[K]> };

/** What a stack takes for itself before anything is made: a random id, credentials, names, host ports. */
export class Claim extends pulumi.CustomResource {
  /** The name that the stack had when it was made, for labels. */
  declare readonly stack: pulumi.Output<string>;
  /** Random id that labels all that the stack makes. */
  declare readonly stackId: pulumi.Output<string>;
  /** The password that was given, or one generated once. Secret. */
  declare readonly rpcPassword: pulumi.Output<string>;
  /** The user and the salted hash of the password, for bitcoind's `-rpcauth`. */
  declare readonly rpcAuth: pulumi.Output<string>;
  /** The nodes, each with its port. */
  declare readonly nodes: pulumi.Output<readonly ClaimedNode[]>;
  /** The services, each with its ports; undefined: there are none. */
  declare readonly services: pulumi.Output<readonly ClaimedService[] | undefined>;
  /** Ids of the swarm's members that are none of the hosts. */
  declare readonly outside: pulumi.Output<readonly string[]>;
  /** Subnet of the overlay; undefined: the swarm gives it one. */
  declare readonly subnet: pulumi.Output<string | undefined>;

  constructor(
    name: string,
    args: Args<
      Omit<ClaimInputs, "stackId" | "nodes" | "services" | "outside" | "subnet"> & {
        nodes: readonly DeclaredClaim[];
        services?: readonly DeclaredService[] | undefined;
      }
    >,
    options?: pulumi.CustomResourceOptions,
  ) {
    const outputs = {
      stackId: undefined,
      rpcAuth: undefined,
      outside: undefined,
      subnet: undefined,
    };
    super(
      "regtest:index:Claim",
      name,
      { ...outputs, ...args },
      {
        ...options,
        additionalSecretOutputs: ["rpcPassword"],
      },
    );
  }
}

/** The snapshot that the nodes start from. */
export class Source extends pulumi.CustomResource {
  declare readonly manifest: pulumi.Output<Manifest>;
  /** Node's name → the image it starts from. */
  declare readonly images: pulumi.Output<Record<string, CommittedImage>>;

  constructor(name: string, args: Args<SourceInputs>, options?: pulumi.CustomResourceOptions) {
    super(
      "regtest:index:Source",
      name,
      { manifest: undefined, images: undefined, ...args },
      options,
    );
  }
}

/** An image of the first host, on another one. */
export class HostImage extends pulumi.CustomResource {
  /** As on the first host. */
  declare readonly imageId: pulumi.Output<string>;

  constructor(name: string, args: Args<HostImageInputs>, options?: pulumi.CustomResourceOptions) {
    super("regtest:index:HostImage", name, { imageId: undefined, ...args }, options);
  }
}

/** bitcoind of an official Bitcoin Core release, as a folder to build an image from. */
export class CoreRelease extends pulumi.CustomResource {
  /** Below the project's folder. */
  declare readonly folder: pulumi.Output<string>;
  /** Changes with what is in the folder. */
  declare readonly digest: pulumi.Output<string>;

  constructor(name: string, args: Args<CoreReleaseInputs>, options?: pulumi.CustomResourceOptions) {
    super(
      "regtest:index:CoreRelease",
      name,
      { folder: undefined, digest: undefined, ...args },
      options,
    );
  }
}

/** The nodes' common history: peers connected, blocks mined, Alice paid; or all that as a snapshot says it. */
export class Bootstrap extends pulumi.CustomResource {
  declare readonly chain: pulumi.Output<ChainFacts>;
  /** Who was paid, where, and by which transaction. */
  declare readonly funded: pulumi.Output<readonly Funded[]>;
  /** Node's name → its address on the stack's network. */
  declare readonly addresses: pulumi.Output<Record<string, string>>;
  /** Where the miner mines to. */
  declare readonly miningAddress: pulumi.Output<string>;
  /** Seconds since 1970 that a scenario set the clocks to; undefined: none did. */
  declare readonly clock: pulumi.Output<number | undefined>;

  constructor(name: string, args: Args<BootstrapInputs>, options?: pulumi.CustomResourceOptions) {
    super(
      "regtest:index:Bootstrap",
      name,
      {
        chain: undefined,
        funded: undefined,
        addresses: undefined,
        miningAddress: undefined,
        clock: undefined,
        ...args,
      },
      options,
    );
  }
}

/** The state of the whole network, committed as one image for each node. */
export class Snapshot extends pulumi.CustomResource {
  /** Node's name → its image. */
  declare readonly images: pulumi.Output<Record<string, CommittedImage>>;
  /** Node's name → its address on the stack's network, as of the start after the commit. */
  declare readonly addresses: pulumi.Output<Record<string, string>>;

  constructor(name: string, args: Args<SnapshotInputs>, options?: pulumi.CustomResourceOptions) {
    super(
      "regtest:index:Snapshot",
      name,
      { images: undefined, addresses: undefined, ...args },
      options,
    );
  }
}

/** That the services run, are ready, and have gone through their start. */
export class Services extends pulumi.CustomResource {
  constructor(name: string, args: Args<ServicesInputs>, options?: pulumi.CustomResourceOptions) {
    super("regtest:index:Services", name, { ...args }, options);
  }
}

/** Volumes of a service, filled from its image in a snapshot. */
export class ServiceState extends pulumi.CustomResource {
  constructor(
    name: string,
    args: Args<ServiceStateInputs>,
    options?: pulumi.CustomResourceOptions,
  ) {
    super("regtest:index:ServiceState", name, { ...args }, options);
  }
}

/** A block at the present time on top of the declared chain. */
export class FreshBlock extends pulumi.CustomResource {
  /** The newest block, as the last update left it. */
  declare readonly block: pulumi.Output<MinedBlock>;

  constructor(name: string, args: Args<FreshBlockInputs>, options?: pulumi.CustomResourceOptions) {
    super("regtest:index:FreshBlock", name, { block: undefined, ...args }, options);
  }
}
