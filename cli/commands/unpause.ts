import { nodeVerb } from "../shared/node-verb.ts";

export const register = nodeVerb("unpause", "Unpaused", "let nodes go on that were paused");
