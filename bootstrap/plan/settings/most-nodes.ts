/** A Linux bridge has 1,024 ports, one for each container. How many there is memory for, the engine tells. */
export const mostNodes = 1_000;
