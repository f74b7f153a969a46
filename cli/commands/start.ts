import { nodeVerb } from "../shared/node-verb.ts";

export const register = nodeVerb(
  "start",
  "Started",
  "start nodes that were stopped, and wait until they answer and are connected",
);
