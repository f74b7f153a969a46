import { nodeVerb } from "../shared/node-verb.ts";

export const register = nodeVerb("unpause", "Unpaused", "resume paused nodes");
