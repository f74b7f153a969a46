/** The resource `CoreRelease`: bitcoind of an official release, fetched and checked before anything is made. */
import { connectEngine } from "../engine/client.ts";
import { messageOf } from "../plugin/message.ts";
import type { ResourceHandler } from "../plugin/handler.ts";
import { contextHash } from "../stack/context-hash.ts";
import { coreRelease } from "./core-release.ts";
import { inputDiff } from "./input-diff.ts";

export interface CoreReleaseInputs {
  /** As in 29.0. */
  readonly version: string;
  readonly downloadBase: string;
  /** The config key that the version comes from, for messages. */
  readonly key: string;
}

export const coreReleaseHandler: ResourceHandler = {
  async check(news, _olds, context) {
    const { signal } = context;
    const inputs = news as unknown as CoreReleaseInputs;
    const { version, downloadBase, key } = inputs;
    const docker = await connectEngine({ signal });
    try {
      const { Arch: architecture } = await docker.version();
      const folder = await coreRelease({
        version,
        downloadBase,
        architecture,
        signal,
        status: (message) => {
          context.status(message);
        },
      });
      // Filled in here, so that a preview knows them.
      return { inputs: { ...news, folder, digest: contextHash(folder) } };
    } catch (error) {
      signal.throwIfAborted();
      const reason = `${key}: Bitcoin Core ${JSON.stringify(version)} cannot be had: ${messageOf(error)}`;
      return { inputs: news, failures: [{ property: "version", reason }] };
    }
  },

  diff(_id, _state, oldInputs, news) {
    return Promise.resolve({ detailed: inputDiff(oldInputs, news, []) });
  },

  plan: (inputs) => inputs,
  create: (inputs) =>
    Promise.resolve({ id: (inputs as unknown as CoreReleaseInputs).version, state: inputs }),
  update: (_id, _state, news) => Promise.resolve(news),

  read(id, state, inputs) {
    if (state === undefined || inputs === undefined) {
      throw new Error("A release cannot be imported: it is what config `nodes` names.");
    }
    return Promise.resolve({ id, state, inputs });
  },

  /** What was fetched serves other stacks too. */
  delete: () => Promise.resolve(),
};
