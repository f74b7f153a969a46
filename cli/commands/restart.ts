import { nodeVerb } from "../shared/node-verb.ts";

export const register = nodeVerb("restart", "Restarted", "stop nodes cleanly and start them again");
