import { nodeVerb } from "../shared/node-verb.ts";

export const register = nodeVerb(
  "stop",
  "Stopped",
  "stop nodes in order; the others go on without them",
);
