import { nodeVerb } from "../shared/node-verb.ts";

export const register = nodeVerb(
  "pause",
  "Paused",
  "freeze nodes: they answer nobody, and their connections stay open",
);
