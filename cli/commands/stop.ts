import { nodeVerb } from "../shared/node-verb.ts";

export const register = nodeVerb("stop", "Stopped", "stop nodes cleanly");
