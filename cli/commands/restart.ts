import { nodeVerb } from "../shared/node-verb.ts";

export const register = nodeVerb(
  "restart",
  "Restarted",
  "stop nodes in order and start them again",
);
