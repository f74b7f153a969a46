/** The version that the stand-in answers for: the engine looks a plugin up by the version of the package that needs it. */
import manifest from "@pulumi/docker/package.json" with { type: "json" };

export const version = manifest.version;
