import { nodeVerb } from "../shared/node-verb.ts";

export const register = nodeVerb(
  "pause",
  "Paused",
  "freeze nodes: they do not answer, and their connections stay open",
);
