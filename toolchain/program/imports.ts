/**
 * Loaded first where the package's own program and its plugin run: what they import of Pulumi is in the user's cache,
 * since the package is installed without it.
 */
import { createRequire, registerHooks } from "node:module";
import { pathToFileURL } from "node:url";

import { cachePaths } from "../../base/files/paths.ts";

const sdk = `${pathToFileURL(cachePaths().sdk).href}/`;
const { resolve } = createRequire(new URL("package.json", sdk));

registerHooks({
  resolve(specifier, context, next) {
    const ofPulumi = specifier.startsWith("@pulumi/");
    if (!ofPulumi || context.parentURL?.startsWith(sdk) === true) return next(specifier, context);
    return { url: pathToFileURL(resolve(specifier)).href, shortCircuit: true };
  },
});
