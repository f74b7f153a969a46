/** Host name of the explorer on the network where `explorer` is on; elsewhere any member can be called so. */
export const explorerName = "explorer";
