/** The resource `CoreRelease`: bitcoind of an official release, fetched and checked before anything is made. */
import { messageOf } from "../../base/message.ts";
import { contextHash } from "../../base/files/context-hash.ts";
import { pointing } from "../../base/troubleshooting.ts";
import { connectTo, type OnEngine } from "../../engine/engine-input.ts";
import { lookUp } from "./lookup-resource.ts";

export interface CoreReleaseInputs extends OnEngine {
  /** As in 29.0. */
  readonly version: string;
  readonly downloadBase: string;
  /** The config key that the version comes from, for messages. */
  readonly key: string;
}

/** What was fetched serves other stacks too. */
export const coreReleaseHandler = lookUp({
  id: "version",
  importRefusal: "A release cannot be imported: it is what config `nodes` names.",

  async check(news, _olds, context) {
    const { signal } = context;
    const inputs = news as unknown as CoreReleaseInputs;
    const { version, downloadBase, key } = inputs;
    const docker = await connectTo(inputs, signal);
    try {
      // Few stacks have one, and the plugin would load all of undici at each start.
      const { coreRelease } = await import("./core-release.ts");
      const folder = await coreRelease(docker, {
        ...{ version, downloadBase, signal },
        status: (message) => {
          context.status(message);
        },
      });
      return { inputs: { ...news, folder, digest: contextHash(folder) } };
    } catch (error) {
      signal.throwIfAborted();
      const reason = pointing(
        `${key}: Bitcoin Core ${JSON.stringify(version)} is not available: ${messageOf(error)}`,
        "a-download-failed",
      );
      return { inputs: news, failures: [{ property: "version", reason }] };
    }
  },
});
