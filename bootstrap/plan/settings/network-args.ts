/**
 * A network as it is declared, as types that need nothing of the schema's library: for the stack, for clones of the
 * test kit, and for whoever reads the package's types. `network-schema.ts` has the same keys and checks them.
 */
import type { Role } from "../../nodes/node.ts";
import type { Shape } from "./connections.ts";

/** A port from 1 to 65535 on 127.0.0.1, or any that is free. */
export type PortArg = number | "free";

/** Where a node's bitcoind comes from: Debian, a Bitcoin Core release such as `29.0`, or any image that contains it. */
export type ImageArg =
  "debian" | { readonly core?: string | undefined; readonly external?: string | undefined };

/** A node that is declared. */
export interface NodeArgs<Name extends string = string> {
  /** Host name, and name of the node's wallet. At most 32 of a-z, 0-9 and single `-`, starting with a letter. */
  readonly name: Name;
  /** One node mines and pays; the others are peers. Default: `peer`. */
  readonly role?: Role | undefined;
  /** Default: `debian`. */
  readonly image?: ImageArg | undefined;
  /** Name of the host that it is on, or labels of those that it may be on. Default: one of them by a hash of both names. */
  readonly host?: HostArg | undefined;
  /** For JSON-RPC. Default: a free one. */
  readonly rpcPort?: PortArg | undefined;
  /** For other peers. Default: not published. */
  readonly p2pPort?: PortArg | undefined;
  /** For ZMQ, all topics. Default: not published. */
  readonly zmqPort?: PortArg | undefined;
  /** For ZMQ, only blocks, such as lnd's `zmqpubrawblock`. Default: not published. */
  readonly zmqBlockPort?: PortArg | undefined;
  /** For ZMQ, only transactions, such as lnd's `zmqpubrawtx`. Default: not published. */
  readonly zmqTxPort?: PortArg | undefined;
  /** Also serve REST on the RPC port, below /rest/, without a password. Default: false. */
  readonly rest?: boolean | undefined;
  /** Wallets beside the one with the node's name. Default: none. */
  readonly wallets?: readonly string[] | undefined;
  /** Arguments of bitcoind, such as `-maxmempool=20`. Default: none. */
  readonly arguments?: readonly string[] | undefined;
}

/** A payment that is declared. */
export interface PaymentArgs<Name extends string = string> {
  /** Name of the node to pay. */
  readonly node: Name;
  /** Label of the address in the node's own wallet. */
  readonly label: string;
  /** BTC, at most 8 decimal places. */
  readonly amount: string | number;
}

/** An image by its reference, or the folder that it is built from. */
export type ServiceImageArg =
  | string
  | {
      /** A folder with a Dockerfile; a relative path begins at the project's folder. */
      readonly build: string;
      /** Build arguments. Default: none. */
      readonly arguments?: Readonly<Record<string, string>> | undefined;
    };

/** A port in a service's container, or that and what it is outside. */
export type ServicePortArg =
  | number
  | {
      readonly container: number;
      /** On 127.0.0.1. A clone chooses a free one in any case. Default: `free`. */
      readonly host?: PortArg | undefined;
      /** Of its URL. Default: `http`. */
      readonly scheme?: "http" | "https" | "tcp" | undefined;
    };

/** When a service is ready: see docs/services.md. */
export type ReadyArg =
  | { readonly port: string }
  | {
      readonly http: string;
      readonly path?: string | undefined;
      readonly contains?: string | undefined;
    }
  | { readonly log: string }
  | { readonly command: readonly string[] };

/**
 * A container beside the nodes that belongs to the network. In `command`, `environment`, `files` and `afterStart`,
 * `{{alice.rpc}}` and the like stand for addresses and credentials: docs/services.md.
 */
export interface ServiceArgs {
  /** Host name on the network. As a node's name, and none that a node has. */
  readonly name: string;
  readonly image: ServiceImageArg;
  /** Default: the first. */
  readonly host?: HostArg | undefined;
  /** Default: the image's. */
  readonly entrypoint?: readonly string[] | undefined;
  /** Default: the image's. */
  readonly command?: readonly string[] | undefined;
  /** Who may look at the container sees the values: credentials are safer in `files`. Default: none. */
  readonly environment?: Readonly<Record<string, string>> | undefined;
  /** Path in the container → content, written before each start, readable for everybody in it. Default: none. */
  readonly files?: Readonly<Record<string, string>> | undefined;
  /** Default: the image's. */
  readonly user?: string | undefined;
  /** Port's name → its number; published on 127.0.0.1. Default: none. */
  readonly ports?: Readonly<Record<string, ServicePortArg>> | undefined;
  /** Nodes and services that must be ready first, beside those that its templates name. Default: none. */
  readonly follows?: readonly string[] | undefined;
  /** Folders in the container that are kept in volumes, and in snapshots. Default: none. */
  readonly state?: readonly string[] | undefined;
  /** Default: when its container runs. */
  readonly ready?: ReadyArg | undefined;
  /** A command that is run in the container after each start, until its exit code is 0. Default: none. */
  readonly afterStart?: readonly string[] | undefined;
  /** Seconds that being ready may take, and the command after it. Default: the network's `timeout`. */
  readonly startTimeout?: number | undefined;
  /** Seconds that it gets to end before it is killed. Default: 10. */
  readonly stopTimeout?: number | undefined;
  /** Megabytes. Default: no limit. */
  readonly memory?: number | undefined;
  /** As in 0.5. Default: no limit. */
  readonly cpus?: number | undefined;
  /** Without capabilities, on a root file system that can only be read but for what docs/services.md names. Default: false. */
  readonly confined?: boolean | undefined;
}

/** The explorer of a network as a service: docs/explorer.md. */
export interface ExplorerArgs<Name extends string = string> {
  /** Name of the node whose chain and mempool are served. Default: the first. */
  readonly node?: Name | undefined;
  /** Default: the first. */
  readonly host?: HostArg | undefined;
  /** On 127.0.0.1. Default: free ones. */
  readonly ports?:
    { readonly http?: PortArg | undefined; readonly electrum?: PortArg | undefined } | undefined;
  /** What it may hold. A larger chain is refused with a message. */
  readonly limits?:
    | {
        /** Of chain and mempool. Default: 1 000 000. */
        readonly transactions?: number | undefined;
        /** Memory of the index. Default: 1 000. */
        readonly megabytes?: number | undefined;
      }
    | undefined;
}

/** Name of a host, or labels, all of which a host must have. */
export type HostArg = string | Readonly<Record<string, string>>;

/** An engine of the Docker swarm that a network is on: docs/hosts.md. */
export interface HostArgs {
  /** For {@link NodeArgs.host} and {@link ServiceArgs.host}. As a node's name. */
  readonly name: string;
  /** URL of its engine: `ssh://`, `tcp://` or `unix://`. Default, for the first host alone: the one that all commands work with. */
  readonly engine?: string | undefined;
  /** A folder with `ca.pem`, `cert.pem` and `key.pem`, for an engine behind TLS. */
  readonly certPath?: string | undefined;
  /**
   * Host name or address at which its ports are reached, with the word that RPC may go there unencrypted. Default:
   * 127.0.0.1, over SSH where the engine is.
   */
  readonly address?: string | undefined;
  /** Most nodes that are placed there. Default: as many as its memory allows. */
  readonly capacity?: number | undefined;
  /** As in `{ disk: "ssd" }`, for {@link HostArg}. Default: none. */
  readonly labels?: Readonly<Record<string, string>> | undefined;
}

/** Peers without names that a swarm places, restarts and moves: docs/hosts.md. */
export interface CrowdArgs<Name extends string = string> {
  /** Default: 0, none. */
  readonly replicas?: number | undefined;
  /** Names of the nodes that each of them dials, at most eight. Default: the first eight. */
  readonly connect?: readonly Name[] | undefined;
  /** Name of the host that they are on, or labels of those that they may be on. Default: all hosts. */
  readonly host?: HostArg | undefined;
  /** Default: `debian`. */
  readonly image?: ImageArg | undefined;
  /** Arguments of bitcoind. Default: none. */
  readonly arguments?: readonly string[] | undefined;
}

export interface NetworkArgs<Name extends string = string> {
  /** Default: `user`. */
  readonly rpcUser?: string | undefined;
  /** Default: generated. */
  readonly rpcPassword?: string | undefined;
  /** Default: 18332. */
  readonly aliceRpcPort?: number | undefined;
  /** Default: 18342. */
  readonly minerRpcPort?: number | undefined;
  /** Default: alice, and miner, which mines. */
  readonly nodes?: readonly NodeArgs<Name>[] | undefined;
  /** A shape, or pairs of names. Default: `mesh`, each node with every other one. */
  readonly connect?: Shape | readonly (readonly [Name, Name])[] | undefined;
  /** Payments to nodes that do not mine, in this order. Default: {@link NetworkArgs.amount} to alice, if there is such a node. */
  readonly fund?: readonly PaymentArgs<Name>[] | undefined;
  /** Containers beside the nodes that belong to the network: docs/services.md. Default: none. */
  readonly services?: readonly ServiceArgs[] | undefined;
  /** Esplora's API and an Electrum server as the service `explorer`: docs/explorer.md. Default: false. */
  readonly explorer?: boolean | ExplorerArgs<Name> | undefined;
  /** Engines of one Docker swarm that the nodes are on, its manager first: docs/hosts.md. Default: one engine, and no swarm. */
  readonly hosts?: readonly HostArgs[] | undefined;
  /** Repository of an OCI registry, such as `registry.example:5000/regtest`, by which images get to the hosts but the first. Default: they go through this machine. */
  readonly registry?: string | undefined;
  /** Peers without names beside the nodes; it needs hosts. Default: none. */
  readonly crowd?: CrowdArgs<Name> | undefined;
  /** Whether what nodes on different hosts send each other is encrypted, by IPsec. Default: false. */
  readonly encryptOverlay?: boolean | undefined;
  /** Start of the chain. Default: `genesis`. */
  readonly start?: "genesis" | "snapshot" | undefined;
  /** Name of the snapshot to start from. Default: none. */
  readonly snapshot?: string | undefined;
  /** Blocks mined before anybody is paid, from 101 on: only then is there a mature coinbase. Default: 101. */
  readonly blocks?: number | undefined;
  /** BTC paid to alice where `fund` is left out. Default: 30. */
  readonly amount?: string | number | undefined;
  /** Blocks mined on top of the payments. Default: 6. */
  readonly confirmations?: number | undefined;
  /** A file whose default export goes on from there: docs/scenarios.md. Default: none. */
  readonly scenario?: string | undefined;
  /** Text from which all keys except Alice's first derive. Another one gives another reproducible chain. Default: `regtest-network`. */
  readonly walletSeed?: string | undefined;
  /** Fixed keys and block times. Default: true. */
  readonly reproducible?: boolean | undefined;
  /** Time at which the chain starts and the clocks stand still, such as `2025-01-01`. Default: clocks show the present. */
  readonly mockTime?: string | undefined;
  /** Time between two blocks of the declared chain, such as `10m`. Default: as short as the rules allow. */
  readonly blockSpacing?: string | undefined;
  /** Interval of automatic mining, such as `10s`. Default: none. */
  readonly autoMine?: string | undefined;
  /**
   * Whether to mine a block at the present time on top of the declared chain, for software that waits while the
   * newest block is older than two hours, such as lnd. Default: no.
   */
  readonly freshBlock?: boolean | undefined;
  /** Of the names of containers, network and images. Default: none. */
  readonly prefix?: string | undefined;
  /** Debian base image. Default: debian:forky-slim, or what `REGTEST_BASE_IMAGE` names. */
  readonly baseImage?: string | undefined;
  /** Base URL of Bitcoin Core's releases. Default: `https://bitcoincore.org/bin`. */
  readonly coreDownloadBase?: string | undefined;
  /** Whether the stack's own snapshot stays when the stack goes. Default: false. */
  readonly keepSnapshots?: boolean | undefined;
  /** Seconds that one step may wait. Default: 60. */
  readonly timeout?: number | undefined;
}
