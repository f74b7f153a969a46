/** The resources of this plugin as `pulumi package get-schema` shows them; the compiler compares the keys with the handlers'. */
import {
  any,
  boolean,
  integer,
  listOf,
  type SchemaProperties,
  type SchemaResource,
  type SchemaType,
  text,
} from "../server/schema-types.ts";
import type { BootstrapInputs, BootstrapState } from "./bootstrap-handler.ts";
import type { ClaimInputs, ClaimState } from "./claim-handler.ts";
import type { CoreReleaseInputs } from "./core-release-handler.ts";
import type { HostImageInputs, HostImageState } from "./host-image-handler.ts";
import type { FreshBlockInputs, FreshBlockState } from "./fresh-block-handler.ts";
import type { ServicesInputs, ServicesState } from "./services-handler.ts";
import type { ServiceStateInputs } from "./service-state-handler.ts";
import type { SnapshotInputs, SnapshotState } from "./snapshot-handler.ts";
import type { SourceInputs, SourceState } from "./source-handler.ts";

type Keys<T> = Readonly<Record<keyof T, SchemaType>>;

const secret: SchemaType = { ...text, secret: true };

/** Details of a snapshot that is taken, which the handler itself gives. */
type OfCommit = "bootstrapped" | "declared" | "expected" | "replaces";

/** The inputs of all that works on running nodes. */
const network = {
  nodes: listOf(any),
  connect: listOf(listOf(text)),
  rpcUser: text,
  rpcPassword: secret,
  timeout: integer,
  engine: any,
  crowd: any,
};

/** Likewise, with those beside them. */
const members = { ...network, services: listOf(any) };

const claim: Keys<ClaimInputs> = {
  ...members,
  stackId: text,
  stack: text,
  prefix: text,
  helpers: listOf(text),
  crowdHosts: listOf(text),
  outside: listOf(text),
  subnet: text,
  network: text,
  height: integer,
  discardBlocks: boolean,
  freshBlock: boolean,
};

const bootstrap: Keys<BootstrapInputs> = {
  ...members,
  plan: any,
  manifest: any,
  discardBlocks: boolean,
  freshBlock: boolean,
};

const snapshot: Keys<Omit<SnapshotInputs, OfCommit>> = {
  ...members,
  stack: text,
  stackId: text,
  name: text,
  kind: text,
  plan: any,
  chain: any,
  funded: listOf(any),
  references: any,
  keep: boolean,
  reachedAt: any,
  clock: integer,
};

const freshBlock: Keys<FreshBlockInputs> = { ...network, chain: any };

const services: Keys<ServicesInputs> = { ...members, tip: text };

const serviceState: Keys<ServiceStateInputs> = {
  image: text,
  state: listOf(text),
  volumes: any,
  host: text,
  labels: any,
  engine: any,
};

const source: Keys<SourceInputs> = {
  snapshot: text,
  nodes: listOf(any),
  services: listOf(any),
  connect: listOf(listOf(text)),
  engine: any,
};

const hostImage: Keys<HostImageInputs> = {
  image: text,
  host: text,
  name: text,
  registry: text,
  engine: any,
};

const coreRelease: Keys<CoreReleaseInputs> = {
  version: text,
  downloadBase: text,
  key: text,
  engine: any,
};

function resource(
  description: string,
  inputProperties: SchemaProperties,
  outputs: SchemaProperties,
): SchemaResource {
  return { description, inputProperties, properties: { ...inputProperties, ...outputs } };
}

export const resourceSchemas: Readonly<Record<string, SchemaResource>> = {
  "regtest:index:Claim": resource(
    "What a network takes before anything is made: a random id, credentials, names and host ports.",
    claim,
    { rpcAuth: text } satisfies Keys<Omit<ClaimState, keyof ClaimInputs>>,
  ),
  "regtest:index:Bootstrap": resource(
    "The nodes' common history: peers connected, blocks mined, payments made and confirmed.",
    bootstrap,
    {
      chain: any,
      funded: listOf(any),
      addresses: any,
      miningAddress: text,
      clock: integer,
      broken: listOf(text),
    } satisfies Keys<Omit<BootstrapState, keyof BootstrapInputs>>,
  ),
  "regtest:index:Snapshot": resource(
    "The state of the whole network, committed as one image for each node.",
    snapshot,
    { images: any, addresses: any } satisfies Keys<Omit<SnapshotState, keyof SnapshotInputs>>,
  ),
  "regtest:index:FreshBlock": resource(
    "A block at the present time on top of the declared chain.",
    freshBlock,
    { block: any, stale: boolean } satisfies Keys<Omit<FreshBlockState, keyof FreshBlockInputs>>,
  ),
  "regtest:index:Services": resource(
    "That the services of a network run, are ready, and have gone through their start.",
    services,
    { down: listOf(text) } satisfies Keys<Omit<ServicesState, keyof ServicesInputs>>,
  ),
  "regtest:index:ServiceState": resource(
    "Volumes of a service, filled from its image in a snapshot.",
    serviceState,
    {},
  ),
  "regtest:index:Source": resource("The snapshot that the nodes start from.", source, {
    manifest: any,
    images: any,
  } satisfies Keys<Omit<SourceState, keyof SourceInputs>>),
  "regtest:index:HostImage": resource(
    "An image of the first host, brought to another one.",
    hostImage,
    { imageId: text } satisfies Keys<Omit<HostImageState, keyof HostImageInputs>>,
  ),
  "regtest:index:CoreRelease": resource(
    "bitcoind of an official Bitcoin Core release, as a folder to build an image from.",
    coreRelease,
    { folder: text, digest: text },
  ),
};
