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
