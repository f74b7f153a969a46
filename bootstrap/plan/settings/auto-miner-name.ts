/** What the container that mines by itself is called after the prefix; no node can be called so. */
export const autoMinerName = "auto-miner";
