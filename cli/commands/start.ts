import { nodeVerb } from "../shared/node-verb.ts";

export const register = nodeVerb(
  "start",
  "Started",
  "start stopped nodes, and wait until they answer and are connected",
);
