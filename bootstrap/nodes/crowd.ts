/** A crowd: peers without names, one service of a swarm, which places, restarts and moves them. */

/** In its peers' eyes, and in status. */
export const crowdName = "crowd";

/** A crowd as it is declared. */
interface DeclaredCrowd {
  readonly replicas: number;
  /** Names of the nodes that each of them dials. */
  readonly connect: readonly string[];
  /** Arguments of bitcoind beside the project's own. */
  readonly arguments: readonly string[];
}

/** A crowd that is there. */
export interface CrowdSpec {
  /** Name of its service. */
  readonly service: string;
  readonly replicas: number;
}

/**
 * By what name a crowd's peers dial a node. It is another one for another chain: whoever still has the old one does
 * not bring it to the nodes of the new.
 */
export function crowdAlias(node: string, chain: string): string {
  return `${node}-${chain}`;
}

/** Where they keep what they have: in memory. bitcoin-cli in their containers needs it too. */
export const crowdDatadir = ["-conf=/home/bitcoin/.bitcoin/bitcoin.conf", "-datadir=/tmp"];

/** Arguments of bitcoind for each of them. They have no wallet. */
export function crowdArguments(
  { connect, arguments: own }: Pick<DeclaredCrowd, "connect" | "arguments">,
  { chain, mockTime }: { readonly chain: string; readonly mockTime: number | undefined },
): string[] {
  return [
    ...crowdDatadir,
    `-uacomment=${crowdName}`,
    ...connect.map((node) => `-addnode=${crowdAlias(node, chain)}`),
    "-disablewallet",
    // Block files of 64 kB: bitcoind makes room for 16 MB otherwise.
    "-fastprune",
    ...(mockTime === undefined ? [] : [`-mocktime=${mockTime}`]),
    ...own,
  ];
}

/** Connections that a node has room for beside those of a crowd, as bitcoind has by default. */
const usualConnections = 125;

/** What a node needs to let a crowd in. */
export function roomForCrowd(crowd: Pick<DeclaredCrowd, "replicas"> | undefined): string[] {
  return crowd === undefined ? [] : [`-maxconnections=${usualConnections + crowd.replicas}`];
}
