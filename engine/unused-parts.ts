/**
 * Keeps Node from loading the parts of the Docker client that nothing here uses, BuildKit's sessions and engines behind
 * SSH: with gRPC and SSH they are half of the time that it takes to load. To be imported before it.
 */
import Module from "node:module";

import { isInstalled } from "../base/files/paths.ts";

// The package is built without them, see toolchain/bundle-dependencies.ts.
if (!isInstalled) {
  const own = Module.createRequire(import.meta.url);
  const client = Module.createRequire(own.resolve("dockerode"));
  for (const part of ["./session.js", "docker-modem/lib/ssh.js"]) {
    const file = client.resolve(part);
    const empty = new Module(file);
    empty.loaded = true;
    // What came before has it whole.
    client.cache[file] ??= empty;
  }
}
