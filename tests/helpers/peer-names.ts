/** Names of a node's peers, each once: two nodes that dialled each other at the same time have two connections. */
export function peerNames(peers: readonly { readonly subver: string }[]): string[] {
  return [...new Set(peers.map(({ subver }) => /\((.*)\)/.exec(subver)?.[1] ?? ""))].toSorted();
}
